// Unit, probe, engine and webview tests. The suites that run inside VS Code are started by test/run.ts.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,probes,engine,webview,real}/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: real programs and interpreters run beside the tests.
    maxWorkers: 2,
  },
});
