// Unit, probe, engine and webview tests, and those of a VS Code that is reloaded. The suites that run inside VS Code are started by test/run.ts.
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/harness/longestFirst.mts';

export default defineConfig({
  test: {
    // Real programs on a shared machine: one may be kept off its core for seconds. What fails twice fails; a retry is reported.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: real programs and interpreters run beside the tests.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Files of pure functions share a worker's modules: half of their time was to load the same sources again.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], isolate: false } },
      { extends: true, test: { name: 'programs', include: ['test/{probes,engine,webview,real}/**/*.test.{ts,tsx}'] } },
      { extends: true, test: { name: 'reload', include: ['test/extension/reload/**/*.test.ts'] } },
    ],
  },
});
