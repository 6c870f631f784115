/** Where debugging is not traced nothing about it is different, to the byte: what the program is given, and what the debugger says. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { debugTrace, endDebugging, pythonLaunch } from '../support/debugging';
import { cleanUp, eventually, product } from '../support/product';

/** What differs between any two sessions: the ports and keys of debugpy's own. */
const ofEach = /127\.0\.0\.1:\d+|[0-9a-f]{64}|"VSCODE_INSPECTOR_OPTIONS": .*/g;

const programs = {
  py: `import json, os, sys\nout = os.environ["OUT"] + ".new"\nwith open(out, "w") as f: json.dump({"env": dict(os.environ), "argv": sys.argv, "orig": list(getattr(sys, "orig_argv", [])), "path": sys.path}, f, indent=1, sort_keys=True)\nos.rename(out, os.environ["OUT"])\n`,
  js: `const fs = require('fs'); const out = process.env.OUT;\nconst env = Object.fromEntries(Object.entries(process.env).sort());\nfs.writeFileSync(out + '.new', JSON.stringify({ env, argv: process.argv, execArgv: process.execArgv }, null, 1)); fs.renameSync(out + '.new', out);\n`,
};

describe('a debug session that is not traced', function () {
  this.timeout(600_000);
  let scratch = '';

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'forkscope-untraced-'));
    for (const [kind, text] of Object.entries(programs)) writeFileSync(join(scratch, `told.${kind}`), text);
  });

  afterEach(async () => {
    await endDebugging();
    await cleanUp(await product());
  });

  after(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await debugTrace(undefined);
  });

  /** Starts it and gives what the program says of itself. */
  async function told(configuration: vscode.DebugConfiguration): Promise<string> {
    const out = join(scratch, 'out');
    rmSync(out, { force: true });
    const program = vscode.Uri.file(join(scratch, `told.${configuration.type === 'debugpy' ? 'py' : 'js'}`));
    const env = { OUT: out, ...(configuration.env as Record<string, string> | undefined) };
    assert.ok(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], { ...pythonLaunch(program), ...configuration, program: program.fsPath, env }));
    await eventually('what the program was given', () => {
      try {
        return readFileSync(out, 'utf8') !== '';
      } catch {
        return false;
      }
    }, 120_000);
    await endDebugging();
    return readFileSync(out, 'utf8').replace(ofEach, '…');
  }

  for (const type of ['debugpy', 'node']) {
    it(`gives a program of ${type} what it has without Forkscope`, async () => {
      const api = await product();
      const configuration = { type, request: 'launch', name: `told ${type}`, env: { PYTHONPATH: '/own/python', NODE_OPTIONS: '--no-deprecation', LD_PRELOAD: '' } };
      await debugTrace('never');
      const never = await told(configuration);
      assert.ok(!never.includes('FORKSCOPE_RUN'), never);
      assert.ok(never.includes('/own/python') && never.includes('--no-deprecation'));
      // As it is where nobody has answered the question, and where the configuration says no.
      await debugTrace('ask');
      assert.equal(await told(configuration), never);
      await debugTrace('always');
      assert.equal(await told({ ...configuration, forkscope: false }), never);
      assert.equal(api.runs.all.length, 0);
      // The comparison sees a difference: traced, it is another environment, with the user's own beside ours.
      const traced = await told({ ...configuration, forkscope: true });
      assert.match(traced, /"FORKSCOPE_RUN": "/);
      assert.match(traced, /"PYTHONPATH": "[^"]+probes\/python:\/own\/python"/);
      assert.match(traced, /--no-deprecation/);
    });
  }
});
