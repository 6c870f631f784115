/**
 * The main thread's work by frame, from Chromium's own trace, in processor time: on a machine that others use too, the time between two
 * frames says more of them than of us.
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

/** What has to be traced. */
export const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline'];
/** Once a frame, near its end: what was painted is put into layers. */
const nearEnd = 'Layerize';

/** By frame of the page's renderer, all or those that painted the lanes: processor time in ms of everything its main thread did since the frame before. */
export function frameWork(trace: Buffer, which: 'all' | 'painted'): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const frames = new Map<string, TraceEvent[]>();
  for (const event of traceEvents) if (event.name === nearEnd) push(frames, event);
  // The page's renderer is the one with the most frames.
  const [main, ends] = [...frames].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  if (main === undefined || ends === undefined) return [];
  const tasks = traceEvents.filter((event) => `${String(event.pid)} ${String(event.tid)}` === main && event.ph === 'X' && event.name === 'RunTask');
  const moments = ends.map(({ ts }) => ts).sort((a, b) => a - b);
  const work = new Array<number>(moments.length).fill(0);
  let frame = 0;
  for (const { ts, dur = 0, tdur = dur } of withoutNested(tasks.sort((a, b) => a.ts - b.ts))) {
    while (frame < moments.length && moments[frame]! < ts) frame++;
    if (frame < moments.length) work[frame]! += tdur / 1000;
  }
  if (which === 'all') return work;
  const painted = new Set<number>();
  for (const { name, ts, args } of traceEvents) {
    if (name === 'TimeStamp' && args?.data?.message === 'painted') painted.add(moments.findIndex((moment) => moment >= ts));
  }
  return work.filter((_, at) => painted.has(at));
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
