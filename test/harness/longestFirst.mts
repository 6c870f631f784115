/**
 * In which order the test files are run: the few that take minutes first. Vitest knows how long a file took only where it has run before; on a fresh
 * machine it takes large files first, and the longest are small ones whose tests are listed elsewhere: they began last, and one worker ran on for
 * minutes beside nothing.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** From the longest on: 491, 120, 108 and 68 s in a run of everything on two cores when this was written. */
export const longest = ['test/probes/catalogue.test.ts', 'test/probes/pythonGuest.test.ts', 'test/real/servers.test.ts', 'test/webview/accessibility.test.ts'] as const;

/** Those that take longest, in that order, then the others as they were. */
export function longestFirst<T extends { readonly moduleId: string }>(files: readonly T[]): T[] {
  const place = ({ moduleId }: T): number => {
    const at = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
    return at === -1 ? longest.length : at;
  };
  return [...files].sort((one, other) => place(one) - place(other));
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files));
  }
}
