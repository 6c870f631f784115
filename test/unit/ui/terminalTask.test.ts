/** A run's terminal tells its end, whichever way and however early VS Code tells of it. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

interface Execution {
  terminate(): void;
}
type Listener = (event: { execution: Execution; exitCode?: number }) => void;

const editor = vi.hoisted(() => ({ processEnds: [] as Listener[], ends: [] as Listener[], start: (): Promise<Execution> => Promise.reject(new Error('not set')) }));

vi.mock('vscode', () => {
  const event = (listeners: Listener[]) => (listener: Listener) => {
    listeners.push(listener);
    return { dispose: () => listeners.splice(listeners.indexOf(listener), 1) };
  };
  return {
    Task: Object,
    ProcessExecution: Object,
    TaskScope: { Workspace: 2 },
    TaskRevealKind: { Always: 1 },
    TaskPanelKind: { Dedicated: 2 },
    Uri: { file: (path: string) => path },
    workspace: { getWorkspaceFolder: () => undefined },
    tasks: { onDidEndTaskProcess: event(editor.processEnds), onDidEndTask: event(editor.ends), executeTask: () => editor.start() },
  };
});

import { runInTerminal } from '../../../src/ui/terminalTask';

const spec = { title: 'server.py', command: ['python3', 'server.py'], directory: '/srv' };
const command = { program: 'node', args: [], env: {} };
const tell = (listeners: Listener[], execution: Execution, exitCode?: number): void => {
  for (const listener of [...listeners]) listener({ execution, ...(exitCode === undefined ? {} : { exitCode }) });
};

describe('the end of a run’s task', () => {
  const execution: Execution = { terminate: () => undefined };
  beforeEach(() => {
    editor.start = () => Promise.resolve(execution);
  });

  it('is that of its process', async () => {
    const { ended } = await runInTerminal(spec, command);
    tell(editor.processEnds, { terminate: () => undefined }, 1);
    tell(editor.processEnds, execution, 7);
    tell(editor.ends, execution);
    expect(await ended).toBe(7);
    expect([editor.processEnds, editor.ends]).toEqual([[], []]);
  });

  it('counts also where it comes before the task is known, with a process and without one', async () => {
    for (const exitCode of [3, undefined]) {
      editor.start = () => {
        if (exitCode !== undefined) tell(editor.processEnds, execution, exitCode);
        tell(editor.ends, execution);
        return Promise.resolve(execution);
      };
      const { ended } = await runInTerminal(spec, command);
      expect(await ended).toBe(exitCode);
    }
    expect([editor.processEnds, editor.ends]).toEqual([[], []]);
  });
});
