/**
 * Loaded beside the product and never shipped with it. Opens the bench's server, traces it and shows the panel; or, where a folder is
 * named, shows the run that grows there and writes down how busy the extension host is meanwhile; or measures the ends of lines (lines.js).
 */
// @ts-check
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');
const { lines } = require('./lines');

const { FORKSCOPE_BENCH_PROGRAM: program, FORKSCOPE_BENCH_FOLDER: folder, FORKSCOPE_BENCH_WATCH: watch, FORKSCOPE_BENCH_PEER: peer, FORKSCOPE_BENCH_LINES: linesLog } = process.env;

async function activate() {
  if (linesLog !== undefined) void lines(program ?? '', linesLog, mainThreadMs);
  else if (folder === undefined) await trace();
  else void follow(folder, watch ?? '', peer ?? '');
}

async function trace() {
  const file = vscode.Uri.file(program ?? '');
  await vscode.window.showTextDocument(file, { preview: false });
  void vscode.commands.executeCommand('forkscope.traceActiveFile', file);
  await vscode.commands.executeCommand('forkscope.showPanel');
}

/** @param {string} path @param {string} log @param {string} port */
async function follow(path, log, port) {
  const api = await vscode.extensions.getExtension('forkscope.forkscope')?.activate();
  while (!existsSync(join(path, 'run.json'))) await passed(100);
  const source = { kind: 'folder', path };
  const run = api.runs.add(null, source, `${path}.forkscope`, 'running');
  await run.read(source);
  await api.panels.show(run, false);
  let selected = false;
  for (;;) {
    const { active, idle } = performance.eventLoopUtilization();
    const { info } = run.rows;
    appendFileSync(log, `${JSON.stringify({ at: performance.timeOrigin + performance.now(), active, idle, cpuMs: mainThreadMs(), events: info?.events ?? 0, state: info?.state, selected })}\n`);
    if (!selected) {
      const row = [...run.rows.all()].find((each) => each.kind === 'connection' && each.peer?.endsWith(`:${port}`));
      if (row !== undefined) {
        selected = true;
        await api.panels.select(run, row.id);
      }
    }
    await passed(500);
  }
}

/** Processor time of the thread that runs extensions, in ms; the kernel tells it in ticks of 10. */
function mainThreadMs() {
  const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'latin1');
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
  return (user + system) * 10;
}

/** @param {number} ms */
function passed(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

module.exports = { activate };
