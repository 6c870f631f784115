/** The end of a log must be enough to know what failed: one line for each failed test. */
import { describe, expect, it } from 'vitest';
import { failureLine } from '../../harness/results';

describe('a failed test in one line', () => {
  it('has its step, its title, its message without the stack, and the test\'s own line', () => {
    const message = `AssertionError [ERR_ASSERTION]: two rows

2 !== 3

    at within (/project/test/extension/support/product.ts:44:9)
    at Context.<anonymous> (/project/test/extension/suite/lanes.test.ts:31:5)
    at run (node:internal/process/task_queues:95:5)`;
    expect(failureLine('FAILED', 'vscode-1.139', { title: 'the lanes › count who waits', message })).toBe(
      'FAILED: vscode-1.139 › the lanes › count who waits: AssertionError [ERR_ASSERTION]: two rows ⏎ 2 !== 3 (lanes.test.ts:31)',
    );
  });

  it('keeps a message that is no error\'s, and cuts a long one', () => {
    expect(failureLine('FAILED', 'types', { title: 'types', message: 'ended with 2, see above' })).toBe('FAILED: types › types: ended with 2, see above');
    expect(failureLine('RETRIED', 'unit', { title: 'one', message: 'x'.repeat(5000) }).length).toBeLessThan(500);
  });
});
