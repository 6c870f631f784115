/** The clocks that the engine's parts are given; tests give their own. */
import type { Clock } from './session';

export const nodeClock: Clock = {
  monotonic: () => process.hrtime.bigint(),
  milliseconds: () => performance.now(),
};
