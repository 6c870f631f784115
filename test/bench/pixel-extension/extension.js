/**
 * Loaded beside the product and never shipped with it. Opens the bench's server, traces it and shows the panel; or, where a folder is
 * named, shows the run that grows there and writes down how busy the extension host is meanwhile; or measures the ends of lines (lines.js).
 */
// @ts-check
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
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
  profiled();
  while (!existsSync(join(path, 'run.json'))) await passed(100);
  const source = { kind: 'folder', path };
  const run = api.runs.add(null, source, `${path}.forkscope`, 'running');
  const pictures = noted(run);
  await run.read(source);
  await api.panels.show(run, false);
  let selected = false;
  for (;;) {
    const { active, idle } = performance.eventLoopUtilization();
    const { info } = run.rows;
    const { cpuMs, waitedMs, turns } = mainThread();
    appendFileSync(log, `${JSON.stringify({ at: performance.timeOrigin + performance.now(), active, idle, cpuMs, waitedMs, turns, events: info?.events ?? 0, state: info?.state, selected, pictures: pictures.splice(0) })}\n`);
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

/** Of the thread that runs extensions, in ms: on a processor, ready and without one; and how often it got one. */
function mainThread() {
  const [ran = 0, waited = 0, turns = 0] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ').map(Number);
  return { cpuMs: ran / 1e6, waitedMs: waited / 1e6, turns };
}

/** Processor time of that thread, in ms. */
function mainThreadMs() {
  return mainThread().cpuMs;
}

/**
 * Each picture that comes from the engine: its number, the youngest moment in it (ns from the first event), and when it came here (CLOCK_MONOTONIC, ms), with how many bytes.
 * Number 0 is an update of rows, with its bytes.
 * @param {any} run
 */
function noted(run) {
  /** @type {[number, number, number, number][]} */
  const pictures = [];
  const now = () => Number(process.hrtime.bigint()) / 1e6;
  const note = (/** @type {any} */ picture) => {
    if (picture === null) return;
    const { sequence, nowNs } = picture.head === undefined ? picture : JSON.parse(picture.head);
    pictures.push([sequence, nowNs, now(), picture.data?.byteLength ?? -1]);
  };
  run.onNews((/** @type {any} */ { news }) => note(news));
  run.onUpdate((/** @type {any} */ { rows }) => pictures.push([0, 0, now(), rows.body?.byteLength ?? 0]));
  const follow = run.follow.bind(run);
  run.follow = async (/** @type {any[]} */ ...asked) => {
    const answer = await follow(...asked);
    note(answer);
    return answer;
  };
  return pictures;
}

/** Where a file is named: what the thread does in the half minute that is measured, as a profile. */
function profiled() {
  const { FORKSCOPE_BENCH_PROFILE: file } = process.env;
  if (file === undefined) return;
  const session = new Session();
  session.connect();
  if (file.endsWith('.heapprofile')) {
    setTimeout(() => session.post('HeapProfiler.startSampling', { samplingInterval: 8192, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true }), 30_000);
    setTimeout(() => session.post('HeapProfiler.stopSampling', (_error, { profile }) => writeFileSync(file, JSON.stringify(profile))), 60_000);
    return;
  }
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 1000 });
  setTimeout(() => session.post('Profiler.start'), 30_000);
  setTimeout(() => session.post('Profiler.stop', (_error, { profile }) => writeFileSync(file, JSON.stringify(profile))), 60_000);
}

/** @param {number} ms */
function passed(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

module.exports = { activate };
