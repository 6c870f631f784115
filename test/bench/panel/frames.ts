/**
 * The panel's frames while somebody zooms and pans in a large recording: a real Chromium, the shipped page, and the real engine that
 * answers it. There is no GPU here, and few cores: README.md says how to read it.
 */
import { loadavg } from 'node:os';
import { bigRecording } from '../bigRecording';
import { moveToCores } from '../machine';
import { quantile, table } from '../statistics';
import { startEngine } from '../big/measured';
import { densities, PanelPage, type BridgeCost, type PhaseFrames } from './panelPage';
import { PanelServer } from './panelServer';

const sizes = (process.env.FORKSCOPE_BENCH_SIZES ?? '1e5,1e6,1e7').split(',').map(Number);
const indexedWithinMs = 600_000;
const settledWithinMs = 60_000;
/** So many looks in a row that see no change. */
const settledLooks = 5;

interface Figures {
  readonly events: number;
  readonly density: number;
  /** From the page's `ready`, ms. */
  readonly firstPaintMs: number;
  readonly indexedMs: number;
  readonly phases: readonly PhaseFrames[];
  readonly heap: { script: number; buffers: number };
  readonly tileBytes: readonly number[];
  readonly otherBytes: number;
  readonly bridge: BridgeCost;
  readonly echoMs: readonly number[];
  /** The machine's load at the tour's end: it should be about 1, this bench's own. */
  readonly load: number;
}

export async function benchFrames(_python: string, _scratch: string, allCores: readonly number[]): Promise<void> {
  moveToCores(process.pid, allCores);
  const all: Figures[] = [];
  for (const size of sizes) {
    for (const density of densities) {
      try {
        all.push(await measure(await bigRecording(size), density));
      } catch (error) {
        // One that can't be measured must not hide the others.
        console.log(`  ${size.toLocaleString('en')} events at ${String(density)}, not measured: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    }
  }
  if (all.length > 0) print(all);
}

async function measure(path: string, density: number): Promise<Figures> {
  const engine = startEngine();
  const server = await PanelServer.start(engine, { kind: 'file', path });
  const panel = await PanelPage.open(server.url, density);
  try {
    const firstPaintMs = (await panel.firstPaint()) - (await panel.evaluate<number>('window.forkscopeBridge.readyAt'));
    const until = performance.now() + indexedWithinMs;
    while (!server.isIndexed) {
      if (performance.now() > until) throw new Error('the recording was not indexed in time');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const indexedMs = (await panel.evaluate<number>('performance.now()')) - (await panel.evaluate<number>('window.forkscopeBridge.readyAt'));
    const opening = await panel.framesOf('opening', 'changed');
    await settled(panel);
    if (server.askedToNs < (server.info?.nowNs ?? 0)) throw new Error('the panel does not show all of the recording');
    const phases = [opening, ...(await tour(panel))];
    const load = loadavg()[0] ?? Number.NaN;
    const echoMs: number[] = [];
    for (let count = 0; count < 50; count++) echoMs.push(await panel.evaluate<number>('window.forkscopeEcho()'));
    if (panel.faults.length > 0) console.log(`  faults in the page: ${panel.faults.slice(0, 3).join('; ')}`);
    return {
      events: server.info?.events ?? 0, density, firstPaintMs, indexedMs, phases, echoMs, load,
      heap: await panel.heap(), bridge: await panel.bridgeCost(), tileBytes: server.sent.tileBytes, otherBytes: server.sent.otherBytes,
    };
  } finally {
    await panel.close();
    await server.stop();
    engine.dispose();
  }
}

/** What comes last (findings, a layout of the tree) is no part of the tour, and it moves the lanes from under the pointer. */
async function settled(panel: PanelPage): Promise<void> {
  let quiet = 0;
  let before = '';
  for (const until = performance.now() + settledWithinMs; quiet < settledLooks && performance.now() < until; quiet++) {
    await panel.page.waitForTimeout(300);
    const now = await panel.evaluate<string>("JSON.stringify([document.querySelector('canvas.lanes').getBoundingClientRect(), document.querySelector('.tree')?.dataset.layout, document.querySelector('.tree')?.dataset.nodes])");
    if (now !== before) quiet = 0;
    before = now;
  }
}

/** The same for every recording: real wheel and keys over the lanes. */
async function tour(panel: PanelPage): Promise<PhaseFrames[]> {
  const { page } = panel;
  const lanes = page.locator('canvas.lanes');
  const wheel = async (count: number, deltaX: number, deltaY: number): Promise<void> => {
    for (let step = 0; step < count; step++) await page.mouse.wheel(deltaX, deltaY);
  };
  const zoom = async (count: number, deltaY: number): Promise<void> => {
    await page.keyboard.down('Control');
    await wheel(count, 0, deltaY);
    await page.keyboard.up('Control');
  };
  const press = async (): Promise<void> => {
    await lanes.focus();
    for (const key of ['+', '+', '+', 'ArrowRight', 'ArrowRight', 'ArrowLeft', '-', '-', '-']) {
      for (let count = 0; count < 3; count++) await page.keyboard.press(key);
    }
  };
  const parts: readonly (readonly [string, () => Promise<void>])[] = [
    ['scroll the whole', () => wheel(60, 0, 40)],
    ['zoom in', () => zoom(16, -30)],
    ['pan', () => wheel(60, 25, 0)],
    ['zoom in deep', () => zoom(16, -30)],
    ['pan within', () => wheel(40, -25, 0)],
    ['scroll within', () => wheel(40, 0, -40)],
    ['zoom out', () => zoom(32, 30)],
    ['keys', press],
  ];
  const phases: PhaseFrames[] = [];
  for (const [name, act] of parts) {
    const box = await lanes.boundingBox();
    if (box === null) throw new Error('the panel shows no lanes');
    // Low: in the middle stand the words that nothing is in sight, and a wheel over those moves nothing.
    const [x, y] = [box.x + box.width * 0.6, box.y + box.height * 0.92];
    await page.mouse.move(x, y);
    const phase = await panel.phase(name, act);
    if (phase.work.length === 0) {
      const under = await panel.evaluate<string>(`(document.elementFromPoint(${String(x)}, ${String(y)})?.className ?? 'nothing')`);
      throw new Error(`nothing moved at "${name}"; under the pointer was ${under}`);
    }
    phases.push(phase);
  }
  return phases;
}

/** How long the tiles took that were asked for in these phases; what was asked for when a part of the tour had just ended is one more of it. */
function tripsOf({ bridge }: Figures, counts: (phase: string) => boolean): number[] {
  return bridge.roundTrips.flatMap(([phase, ms]) => (counts(phase) ? [ms] : []));
}

const quantiles = (values: readonly number[]): string => (values.length === 0 ? '–' : [0.5, 0.95].map((at) => quantile(values, at).toFixed(1)).join(' / '));

function print(all: readonly Figures[]): void {
  const row = (title: string, of: (figures: Figures) => string, aim = ''): string[] => [title, ...all.map(of), aim];
  const toured = ({ phases }: Figures): PhaseFrames[] => phases.slice(1);
  const names = all[0]?.phases.map(({ phase }) => phase) ?? [];
  const named = (name: string) => ({ phases }: Figures): PhaseFrames => phases.find(({ phase }) => phase === name)!;
  console.log(table([
    ['p50 / p95 in ms, where nothing else is said', ...all.map(({ events, density }) => `${events.toLocaleString('en')} events, ${String(density)}×`), 'aim at 10⁷'],
    row('first painted frame', ({ firstPaintMs }) => `${firstPaintMs.toFixed(0)} ms`, '≤ 1 s'),
    row('fully indexed, panel open', ({ indexedMs }) => `${indexedMs.toFixed(0)} ms`, '≤ 8 s'),
    row('tour: work a painted frame (processor time)', (figures) => quantiles(toured(figures).flatMap(({ work }) => work)), 'p95 ≤ 16.7 ms'),
    row('  of that without the pixels of canvases', (figures) => quantiles(toured(figures).flatMap(({ own }) => own))),
    row('tour: painted frames', (figures) => String(toured(figures).reduce((sum, { work }) => sum + work.length, 0))),
    row('tour: from a painted frame to the next frame', (figures) => quantiles(toured(figures).flatMap(({ apart }) => apart)), 'p95 ≤ 16.7 ms'),
    row('  the same by when they began', (figures) => quantiles(toured(figures).flatMap(({ begun }) => begun))),
    row('the machine’s load at its end', ({ load }) => load.toFixed(1), '1'),
    ...names.flatMap((name) => [
      row(`  ${name}: work`, (figures) => quantiles(named(name)(figures).work)),
      row(`  ${name}: callbacks to paint`, (figures) => quantiles(named(name)(figures).lasted)),
      row(`  ${name}: to the next frame`, (figures) => quantiles(named(name)(figures).apart)),
      row(`  ${name}: by when they began`, (figures) => quantiles(named(name)(figures).begun)),
    ]),
    row('tile of the tour from asked to there', (figures) => quantiles(tripsOf(figures, (phase) => phase !== 'opening')), 'p95 ≤ 60 ms'),
    row('  of that the bridge: an empty answer', ({ echoMs }) => quantiles(echoMs)),
    row('tile while it is indexed', (figures) => quantiles(tripsOf(figures, (phase) => phase === 'opening'))),
    row('  of a frame’s work the bridge, mean an answer', ({ bridge }) => `${(bridge.busyMs / Math.max(1, bridge.answers)).toFixed(2)} ms`),
    row('script heap, and buffers it holds', ({ heap }) => `${(heap.script / 1e6).toFixed(1)} + ${(heap.buffers / 1e6).toFixed(1)} MB`, '≤ 120 MB'),
    row('sent: tiles, in all, bytes each p50 / p95', ({ tileBytes }) => `${String(tileBytes.length)}, ${(tileBytes.reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(2)} MB, ${[0.5, 0.95].map((at) => (quantile(tileBytes, at) / 1e3).toFixed(1)).join(' / ')} kB`),
    row('sent: all else', ({ otherBytes }) => `${(otherBytes / 1e6).toFixed(2)} MB`),
  ]));
}
