/**
 * The main thread's work by frame, from Chromium's own trace, in processor time: on a machine that others use too, the time between two
 * frames says more of them than of us. What of it Chromium spends on the canvases' pixels stands apart: without a GPU the page's main
 * thread draws them, where there is one the GPU's process does.
 */

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  /** Processor time, µs. */
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly message?: string } };
}

/** What of a frame counts: every one, those in which anything changed, those that painted the lanes. */
export type Counted = 'changed' | 'painted';

export interface FrameWork {
  /** Processor time, ms, of all that the main thread did since the frame before. */
  readonly work: number;
  /** Of that, pixels of canvases. */
  readonly pixels: number;
}

/** What has to be traced. */
export const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'cc'];
/** Once a frame, near its end: what was painted is put into layers. */
const nearEnd = 'Layerize';
/** Software canvases are drawn when their layers take their pictures. */
const canvasPixels = 'LayerTreeHost::DoUpdateLayers';

/** By frame of the page's renderer that counts. */
export function frameWork(trace: Buffer, which: Counted): FrameWork[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const frames = new Map<string, TraceEvent[]>();
  for (const event of traceEvents) if (event.name === nearEnd) push(frames, event);
  // The page's renderer is the one with the most frames.
  const [main, ends] = [...frames].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  if (main === undefined || ends === undefined) return [];
  const ofMain = traceEvents.filter((event) => `${String(event.pid)} ${String(event.tid)}` === main);
  const named = (wanted: string): TraceEvent[] => ofMain.filter(({ ph, name }) => ph === 'X' && name === wanted).sort((a, b) => a.ts - b.ts);
  const moments = ends.map(({ ts }) => ts).sort((a, b) => a - b);
  const work = byFrame(withoutNested(named('RunTask')), moments);
  // It comes after the frame's layers: in the task that the frame's end stands in.
  const pixels = byFrame(named(canvasPixels), moments.slice(1));
  const counted = new Set<number>();
  for (const { name, ts, args } of traceEvents) {
    const said = name === 'TimeStamp' ? args?.data?.message : undefined;
    if (said === 'painted' || (said === 'changed' && which === 'changed')) counted.add(moments.findIndex((moment) => moment >= ts));
  }
  return work.map((each, at) => ({ work: each, pixels: pixels[at] ?? 0 })).filter((_, at) => counted.has(at));
}

/** Processor time, ms, of the events up to each moment. */
function byFrame(events: readonly TraceEvent[], moments: readonly number[]): number[] {
  const sums = new Array<number>(moments.length).fill(0);
  let frame = 0;
  for (const { ts, dur = 0, tdur = dur } of events) {
    while (frame < moments.length && moments[frame]! < ts) frame++;
    if (frame < moments.length) sums[frame]! += tdur / 1000;
  }
  return sums;
}

function push(frames: Map<string, TraceEvent[]>, event: TraceEvent): void {
  const key = `${String(event.pid)} ${String(event.tid)}`;
  const list = frames.get(key);
  if (list === undefined) frames.set(key, [event]);
  else list.push(event);
}

function withoutNested(tasks: readonly TraceEvent[]): TraceEvent[] {
  const outer: TraceEvent[] = [];
  let until = -Infinity;
  for (const task of tasks) {
    if (task.ts < until) continue;
    outer.push(task);
    until = task.ts + (task.dur ?? 0);
  }
  return outer;
}
