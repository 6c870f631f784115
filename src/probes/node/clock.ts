/**
 * CLOCK_MONOTONIC in ns as a number, exact to the nanosecond for the first hundred days of a machine. The functions are taken before the
 * program can put others in their place (fake timers do).
 */
import { performance } from 'node:perf_hooks';

const sinceOrigin = performance.now.bind(performance);
const { nodeTiming } = performance;

/** The clock's value at performance's origin: of some tries the one that nothing came between. */
const origin = (() => {
  let least = Infinity;
  for (let count = 0; count < 3; count++) {
    const before = sinceOrigin();
    least = Math.min(least, Number(process.hrtime.bigint()) - before * 1e6);
  }
  return Math.round(least);
})();

export function now(): number {
  return origin + Math.round(sinceOrigin() * 1e6);
}

/** ns that the thread's loop has slept so far. */
export function slept(): number {
  return Math.round(nodeTiming.idleTime * 1e6);
}
