/** What a test of debugging does as a person would: configurations, breakpoints, and what the debugger's own events say. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { FrameLocator } from 'playwright-core';
import * as vscode from 'vscode';
import type { Report } from '../../../src/protocol/report';
import type { Run } from '../../../src/ui/run';
import type { ForkscopeApi } from '../../../src/ui/testApi';
import type { EchoClient } from './clients';
import { panelFrame } from './panel';
import { cleanUp, eventually, ofKind, product, sidebar } from './product';

/** One message of a session's adapter that is an event. */
export interface Heard {
  readonly session: vscode.DebugSession;
  readonly event: string;
  readonly body: { readonly threadId?: number; readonly reason?: string; readonly output?: string };
}

/** What of an adapter's messages is used. */
interface Message {
  readonly type: string;
  readonly seq: number;
  readonly event?: string;
  readonly body?: Heard['body'];
  readonly command?: string;
  readonly request_seq?: number;
  readonly arguments?: { readonly source?: { readonly path?: string }; readonly breakpoints?: readonly unknown[] };
}

/** Hears all adapters, from its making to its end. */
export class Ear implements vscode.Disposable {
  readonly heard: Heard[] = [];
  /** By session and file: how many breakpoints its adapter has said it has. */
  private readonly held = new Map<vscode.DebugSession, Map<string, number>>();
  private readonly registration = vscode.debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: (session) => {
      const files = new Map<string, number>();
      const asked = new Map<number, () => void>();
      this.held.set(session, files);
      return {
        onWillReceiveMessage: ({ command, seq, arguments: given }: Message) => {
          if (command === 'setBreakpoints') asked.set(seq, () => files.set(given?.source?.path ?? '', given?.breakpoints?.length ?? 0));
        },
        onDidSendMessage: (message: Message) => {
          if (message.type === 'event' && message.event !== undefined) this.heard.push({ session, event: message.event, body: message.body ?? {} });
          else if (message.command === 'setBreakpoints') asked.get(message.request_seq ?? -1)?.();
        },
      };
    },
  });

  /** Takes every breakpoint away, and waits until all adapters say so: what goes on sooner may stop at one once more. */
  async clearBreakpoints(): Promise<void> {
    vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
    await eventually('adapters without breakpoints', () => [...this.held].every(([session, files]) => !alive.has(session) || [...files.values()].every((count) => count === 0)), 120_000);
  }

  /** The events of this name that came so far, or since as many. */
  all(event: string, after = 0): Heard[] {
    return this.heard.filter((each) => each.event === event).slice(after);
  }

  async next(event: string, after = 0): Promise<Heard> {
    return eventually(`the event ${event}`, () => this.all(event, after)[0], 120_000);
  }

  /** A test that is run again must not take an event of its first try for its own. */
  forget(): void {
    this.heard.length = 0;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** A launch of a Python program by the system's interpreter and debugpy. */
export function pythonLaunch(program: vscode.Uri, more: object = {}): vscode.DebugConfiguration {
  return { type: 'debugpy', request: 'launch', name: `debug ${program.path.split('/').at(-1)}`, program: program.fsPath, python: ['/usr/bin/python3'], console: 'internalConsole', cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath, ...more };
}

/** A launch of a Node program by js-debug, on the Node that a terminal here has. */
export function nodeLaunch(program: vscode.Uri, more: object = {}): vscode.DebugConfiguration {
  return { type: 'node', request: 'launch', name: `debug ${program.path.split('/').at(-1)}`, program: program.fsPath, console: 'internalConsole', skipFiles: ['<node_internals>/**'], cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath, ...more };
}

/** A breakpoint on the first line that holds `text`. */
export function breakAt(file: vscode.Uri, text: string, condition?: string): vscode.SourceBreakpoint {
  const line = lineOf(file, text) - 1;
  const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(file, new vscode.Position(line, 0)), true, condition);
  vscode.debug.addBreakpoints([breakpoint]);
  return breakpoint;
}

/** The number of the first line that holds `text`, from 1. */
export function lineOf(file: vscode.Uri, text: string): number {
  const index = readFileSync(file.fsPath, 'utf8').split('\n').findIndex((line) => line.includes(text));
  if (index < 0) throw new Error(`${file.fsPath} has no line with ${text}`);
  return index + 1;
}

/** Sessions that have begun and not ended: the active one may go on being named when the last has ended. */
const alive = new Set<vscode.DebugSession>();
vscode.debug.onDidStartDebugSession((session) => alive.add(session));
vscode.debug.onDidTerminateDebugSession((session) => alive.delete(session));

/** Ends every session and takes every breakpoint away. */
export async function endDebugging(): Promise<void> {
  await eventually('the end of all debug sessions', async () => {
    // Again: a child session that was about to begin may have become the active one.
    if (alive.size > 0) await vscode.debug.stopDebugging();
    return alive.size === 0;
  }, 120_000);
  vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
}

/** The report of a run that is about to end, once it is packed. */
export async function wholeReport(api: ForkscopeApi, run: Run): Promise<Report> {
  await eventually('the end of the run', () => run.status === 'ended', 120_000);
  assert.ok(existsSync(run.file), run.file);
  return eventually('the whole report', async () => {
    const made = await api.report(run);
    return made.recording.complete && made;
  });
}

/** What every suite that debugs begins and ends with: an ear for the adapters, and clients that leave after each test. */
export function debugHooks(): { readonly clients: EchoClient[]; readonly ear: Ear } {
  const clients: EchoClient[] = [];
  let ear: Ear | undefined;

  before(() => {
    ear = new Ear();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await endDebugging();
    ear?.forget();
    await cleanUp(await product());
  });

  after(async () => {
    ear?.dispose();
    await debugTrace(undefined);
  });

  return {
    clients,
    get ear() {
      if (ear === undefined) throw new Error('The suite has not begun.');
      return ear;
    },
  };
}

/** Sets the setting of the window, and takes it back with `undefined`. */
export async function debugTrace(value: 'ask' | 'always' | 'never' | undefined): Promise<void> {
  await vscode.workspace.getConfiguration().update('forkscope.debug.trace', value, vscode.ConfigurationTarget.Global);
}

/** The words behind the threads in the sidebar that a debugger has stopped. */
export async function pausedInSidebar(api: ForkscopeApi): Promise<string[]> {
  return ofKind(await sidebar(api), 'thread').flatMap(({ description }) => (description.startsWith('paused') ? [description] : []));
}

/** Waits until the frame at a breakpoint has selected its thread's lane, in the editor and in the panel, whose inside is given; then shows the sidebar, which has to tell of the stop. */
export async function selectedByFrame(api: ForkscopeApi, run: Run, lane: string): Promise<FrameLocator> {
  await eventually('the lane’s line is marked', () => {
    const { site } = api.selectedLine;
    return site !== null && site.line === run.rows.get(lane)?.site?.line;
  });
  const frame = await panelFrame();
  await frame.locator(`[data-row-id="${lane}"][aria-selected="true"]`).waitFor();
  await vscode.commands.executeCommand('workbench.view.extension.forkscope');
  await eventually('the stop in the sidebar', async () => (await pausedInSidebar(api)).some((words) => words.startsWith('paused on a breakpoint')));
  return frame;
}
