/** A program that forks 2,000 processes in 30 s, traced, while somebody looks at its panel in Chromium: does the tree stay usable? */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { manifestFile } from '../../../src/protocol/files';
import { ROOT } from '../../harness/root';
import { sleep } from '../../harness/processes';
import { startEngine } from '../big/measured';
import { moveToCores } from '../machine';
import { quantile, table } from '../statistics';
import { densities, PanelPage, type PhaseFrames } from './panelPage';
import { PanelServer } from './panelServer';

const processes = 2000;
const seconds = 30;
/** A trace of more would be large. */
const phaseMs = 9000;
const lastMs = 60_000;

export async function benchForks(python: string, scratch: string, allCores: readonly number[]): Promise<void> {
  moveToCores(process.pid, allCores);
  for (const density of densities) {
    const place = join(scratch, String(density));
    await mkdir(place, { recursive: true });
    console.log(`  ${String(density)} device pixel(s) a CSS pixel`);
    await measure(python, place, density);
  }
}

async function measure(python: string, scratch: string, density: number): Promise<void> {
  const folder = join(scratch, 'run');
  const program = join(__dirname, '..', 'programs', 'fork_many.py');
  const recorder = spawn(
    process.execPath, [join(ROOT, 'dist', 'cli.js'), 'record', '-o', join(scratch, 'out.forkscope'), '--folder', folder, '--', python, program, String(processes), String(seconds)],
    { cwd: scratch, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let said = '';
  recorder.stdout.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise((resolve) => recorder.once('exit', resolve));
  while (!existsSync(join(folder, manifestFile)) && recorder.exitCode === null) await sleep(20);
  const engine = startEngine();
  const server = await PanelServer.start(engine, { kind: 'folder', path: folder });
  const panel = await PanelPage.open(server.url, density);
  try {
    await panel.firstPaint();
    const phases: PhaseFrames[] = [];
    const looks: Look[] = [];
    const look = async (): Promise<void> => void looks.push({ nodes: await nodes(panel), alive: server.info?.processes ?? 0 });
    // A part ends when the program has forked them all: its last children live for two seconds more, and a trace takes longer to be read.
    const forked = (): boolean => recorder.exitCode !== null || said !== '';
    while (!forked()) phases.push(await panel.phase(`part ${String(phases.length + 1)}`, () => lookAround(panel, look, forked), 'changed'));
    const load = loadavg()[0] ?? Number.NaN;
    await Promise.race([ended, sleep(lastMs)]);
    const after = await panel.phase('all over', () => lookAround(panel, () => Promise.resolve(), () => false), 'changed');
    print([...phases, after]);
    const last = looks.at(-1);
    console.log(`  ${said.trim()}, the machine’s load then ${load.toFixed(1)}; at the last look before, ${String(last?.alive)} were alive and the tree showed ${String(last?.nodes)} nodes; afterwards the panel has ${String(server.processCount)} processes, the tree shows ${String(await nodes(panel))} nodes`);
    const changes = looks.filter((shown, at) => at > 0 && shown.nodes !== looks[at - 1]!.nodes).length;
    const most = (of: (look: Look) => number): string => String(Math.max(...looks.map(of)));
    console.log(`  in ${String(looks.length)} looks meanwhile at most ${most(({ alive }) => alive)} were alive; the tree showed ${String(Math.min(...looks.map((each) => each.nodes)))} to ${most((each) => each.nodes)} nodes, otherwise than at the look before ${String(changes)} times`);
    const { script, buffers } = await panel.heap();
    console.log(`  webview: script heap ${(script / 1e6).toFixed(1)} MB, buffers ${(buffers / 1e6).toFixed(1)} MB; sent ${String(server.sent.tiles)} tiles, else ${(server.sent.otherBytes / 1e6).toFixed(1)} MB`);
    if (panel.faults.length > 0) console.log(`  faults in the page: ${panel.faults.slice(0, 3).join('; ')}`);
  } finally {
    recorder.kill('SIGTERM');
    await ended;
    await panel.close();
    await server.stop();
    engine.dispose();
  }
}

/** What the tree showed, and how many processes lived as far as the panel's host knew. */
interface Look {
  readonly nodes: number;
  readonly alive: number;
}

const nodes = (panel: PanelPage): Promise<number> => panel.evaluate<number>("document.querySelectorAll('[data-node-id]').length");

/** The mouse over the tree and a wheel over the lanes now and then, as somebody who watches. */
async function lookAround(panel: PanelPage, look: () => Promise<void>, isOver: () => boolean): Promise<void> {
  const { page } = panel;
  const { width, height } = page.viewportSize()!;
  const end = performance.now() + phaseMs;
  for (let step = 0; performance.now() < end && !isOver(); step++) {
    await page.mouse.move(width * (0.2 + 0.05 * (step % 12)), height * 0.2);
    await page.waitForTimeout(150);
    await page.mouse.move(width * 0.7, height * 0.75);
    await page.mouse.wheel(0, step % 8 < 4 ? 60 : -60);
    await look();
    await page.waitForTimeout(150);
  }
}

function print(phases: readonly PhaseFrames[]): void {
  const quantiles = (values: readonly number[]): string => [0.5, 0.95].map((at) => quantile(values, at).toFixed(1)).join(' / ');
  console.log(table([
    ['p50 / p95 in ms (aim: p95 ≤ 33 ms)', ...phases.map(({ phase }) => phase)],
    ['work a frame (processor time)', ...phases.map(({ work }) => quantiles(work))],
    ['  of that without the pixels of canvases', ...phases.map(({ own }) => quantiles(own))],
    ['callbacks to paint', ...phases.map(({ lasted }) => quantiles(lasted))],
    ['frames in which something changed', ...phases.map(({ apart }) => String(apart.length))],
    ['from such a frame to the next one', ...phases.map(({ apart }) => quantiles(apart))],
    ['  the same by when they began', ...phases.map(({ begun }) => quantiles(begun))],
  ]));
}
