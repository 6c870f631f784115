/** A supervisor that lives and never comes to make a run: whoever waits for it is told, with what to do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';

vi.mock('vscode', () => ({ l10n: { t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])) } }));

import { adoptRunOf } from '../../../src/ui/launching';
import type { Recordings } from '../../../src/ui/recordings';
import type { Tracer } from '../../../src/ui/tracer';

afterEach(() => vi.useRealTimers());

it('tells that no run began, and nothing where its supervisor has ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forkscope-adopt-'));
  try {
    const recordings: Pick<Recordings, 'folder'> = { folder };
    const wait = (pid: number): Promise<unknown> => adoptRunOf(pid, recordings as unknown as Recordings, null as unknown as Tracer);
    expect(await wait(2 ** 30)).toBeNull();
    vi.useFakeTimers({ toFake: ['Date'] });
    const waiting = wait(process.pid);
    vi.setSystemTime(Date.now() + 16_000);
    await expect(waiting).rejects.toThrow('not begun within 15 seconds; look at its terminal, end it and trace it again');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
