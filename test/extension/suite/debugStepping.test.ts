/**
 * Stepping under debugpy and under js-debug: each step ends one stop and begins the next at once. Every stop is one of its own, with its line, of the
 * same thread; whoever waits, waits because of each; and what the editor and the panel show goes along.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ownReason } from '../../../src/protocol/stopped';
import { screenshot, workbenchPage } from '../../harness/window';
import { TimedClient } from '../support/clients';
import { breakAt, debugHooks, debugTrace, lineOf, nodeLaunch, pythonLaunch, wholeReport } from '../support/debugging';
import { endOf } from '../support/lineEnds';
import { panelFrame } from '../support/panel';
import { eventually, listeningPort, product } from '../support/product';
import { markMs } from '../support/stopLength';

interface Stepped {
  readonly name: string;
  readonly launch: (program: vscode.Uri) => vscode.DebugConfiguration;
  /** What a person does, and where the program stands then. */
  readonly steps: readonly (readonly [command: string, mark: string])[];
  readonly text: string;
}

const programs: Readonly<Record<string, Stepped>> = {
  debugpy: {
    name: 'stepped.py',
    launch: pythonLaunch,
    steps: [['stepInto', 'first'], ['stepOver', 'second'], ['stepOut', 'called'], ['stepOver', 'answers']],
    text: `import socketserver


def shout(data):
    text = data.decode()  # first
    return text.upper().encode()  # second


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            shouted = shout(data)  # called
            self.request.sendall(shouted)  # answers


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
    server.serve_forever()
`,
  },
  node: {
    name: 'stepped.js',
    launch: nodeLaunch,
    // V8 has nowhere to stop between the call's return and the next line.
    steps: [['stepInto', 'first'], ['stepOver', 'second'], ['stepOut', 'answers']],
    text: `const net = require('node:net');

function shout(data) {
  const text = String(data); // first
  return text.toUpperCase(); // second
}

function onData(data) {
  const shouted = shout(data); // called
  this.write(shouted); // answers
}

net.createServer((socket) => socket.on('data', onData)).listen(0, '127.0.0.1');
`,
  },
};

describe('stepping through a server', function () {
  this.timeout(600_000);
  const debugging = debugHooks();
  let folder = '';
  let client: TimedClient | undefined;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'forkscope-stepping-'));
  });
  afterEach(() => client?.close());
  after(() => rmSync(folder, { recursive: true }));

  for (const [type, { name, launch, steps, text }] of Object.entries(programs)) {
    it(`under ${type}, each stop is one of its own`, async () => {
      const api = await product();
      await debugTrace('always');
      const program = vscode.Uri.file(join(folder, name));
      writeFileSync(program.fsPath, text);
      const document = await vscode.window.showTextDocument(program);
      breakAt(program, 'called');
      assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], launch(program)));
      const run = await eventually('the run', () => api.runs.current ?? undefined);
      client = await TimedClient.connect(await listeningPort(run));
      const answer = client.echo('hello');
      const page = await workbenchPage();

      let lane = '';
      /** Everything that shows where the program stands shows this line. */
      const standsAt = async (count: number, reason: string, mark: string): Promise<void> => {
        const line = lineOf(program, mark);
        const { session, body } = await debugging.ear.next('stopped', count);
        assert.equal(body.reason, reason);
        const debugged = api.debugRuns.of(session)!;
        assert.ok(debugged.run === run);
        const { machine } = debugged.debug.session(session.id)!;
        const stop = await eventually('the stop with its thread and line', () => machine.stops.find((each) => each.thread !== null && each.line === line));
        assert.deepEqual([machine.stops.length, stop.reason, stop.file], [1, reason, program.fsPath]);
        const row = await eventually(`its row at line ${line}`, () => [...run.rows.all()].find((each) => each.kind === 'thread' && each.tid === stop.thread && each.paused?.reason === reason && each.paused.site?.line === line));
        if (lane === '') lane = row.id;
        assert.equal(row.id, lane, 'the same thread');
        const frame = await panelFrame();
        await frame.locator(`[data-row-id="${lane}"][aria-selected="true"]`).waitFor();
        await vscode.window.showTextDocument(document.document, vscode.ViewColumn.One);
        await eventually('the thread at its line', async () => (await endOf(page, document.document, line)).startsWith('1 thread here · '));
        await eventually('the marked line', () => {
          const { site } = api.selectedLine;
          return site !== null && site.line === line;
        });
      };

      await standsAt(0, 'breakpoint', 'called');
      for (const [index, [command, mark]] of steps.entries()) {
        await vscode.commands.executeCommand(`workbench.action.debug.${command}`);
        await standsAt(index + 1, 'step', mark);
        if (index === 1) await screenshot(`debug-step-${type}`);
      }
      await debugging.ear.clearBreakpoints();
      await vscode.commands.executeCommand('workbench.action.debug.continue');
      const tookMs = await answer;
      await eventually('nobody paused', () => [...run.rows.all()].every((row) => row.kind !== 'thread' || row.paused === undefined));
      await vscode.debug.stopDebugging();
      const report = await wholeReport(api, run);
      const marks = report.marks.filter(({ reason }) => reason !== ownReason);
      const [connection] = report.connections;
      const expected = [['breakpoint', 'called'] as const, ...steps.map(([, mark]) => ['step', mark] as const)];
      assert.deepEqual(marks.map(({ reason, at, thread, stalled, exact }) => [reason, at?.line, thread, stalled, exact]), expected.map(([reason, mark]) => [reason, lineOf(program, mark), lane, [connection!.id], true]));
      // Between two the program ran for as long as the step took, and the adapter to hear of it.
      const ran = marks.slice(1).map(({ fromNs }, index) => (fromNs - marks[index]!.toNs!) / 1e6);
      const stoppedMs = marks.reduce((sum, mark) => sum + markMs(mark), 0);
      console.log(`      stopped for ${stoppedMs.toFixed(0)} of the ${tookMs.toFixed(0)} ms that its client waited: ${marks.map((mark) => markMs(mark).toFixed(0)).join(', ')}; ran for ${ran.map((ms) => ms.toFixed(1)).join(', ')} ms between`);
      assert.ok(ran.every((ms) => ms > 0) && stoppedMs <= tookMs, 'one after the other');
      const frame = await panelFrame();
      await frame.locator('[data-testid=run-state][data-state=ended]').waitFor();
      await screenshot(`debug-stepped-${type}`);
    });
  }
});
