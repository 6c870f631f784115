/**
 * One look for every state, so that the legend, the lanes and the tree agree: a hue by family, a pattern by state, and a
 * height by how much is going on. No state is told by its colour alone.
 *
 *   working, running  ██████  solid, full height           its thread does something
 *   active            ▒▒▒▒▒▒  half as strong, with lines   it may: nobody looked
 *   waiting           ▒▒▒▒▒▒  pale with a pattern          blocked in a call, by reason
 *   idle, alive       ──────  a thin line                  it exists, nothing more
 */
import type { SpanState } from '../../src/protocol/states';

export type Hue = 'green' | 'blue' | 'purple' | 'orange' | 'yellow' | 'red' | 'cyan' | 'grey' | 'owner';
export type Pattern = 'none' | 'hatch' | 'backhatch' | 'dots' | 'lines' | 'bars' | 'cross';

export interface Look {
  hue: Hue;
  pattern: Pattern;
  /** Share of the hue in the fill, the rest is background. */
  strength: number;
  /** Height of the bar in CSS pixels; a lane is 22. */
  height: number;
}

const solid = 0.92;
const pale = 0.26;
const bar = 16;
const band = 14;

const waits = {
  network: (pattern: Pattern): Look => ({ hue: 'blue', pattern, strength: pale, height: bar }),
  sync: (pattern: Pattern): Look => ({ hue: 'orange', pattern, strength: pale + 0.06, height: bar }),
  end: (pattern: Pattern): Look => ({ hue: 'purple', pattern, strength: pale, height: bar }),
};

export const looks: Readonly<Record<SpanState, Look>> = {
  accept: waits.network('dots'),
  receive: waits.network('none'),
  send: waits.network('hatch'),
  connect: waits.network('backhatch'),
  poll: waits.network('lines'),
  lock: waits.sync('hatch'),
  condition: waits.sync('dots'),
  semaphore: waits.sync('lines'),
  event: waits.sync('none'),
  barrier: waits.sync('bars'),
  queue: waits.sync('backhatch'),
  gil: { hue: 'yellow', pattern: 'hatch', strength: pale + 0.1, height: bar },
  join: waits.end('hatch'),
  waitpid: waits.end('dots'),
  sleep: { hue: 'grey', pattern: 'dots', strength: 0.14, height: bar },
  file: { hue: 'cyan', pattern: 'lines', strength: pale, height: bar },
  signal: waits.end('lines'),
  future: waits.end('none'),
  executor: waits.end('bars'),
  pipe: { hue: 'cyan', pattern: 'hatch', strength: pale, height: bar },
  active: { hue: 'green', pattern: 'lines', strength: 0.5, height: bar },
  running: { hue: 'green', pattern: 'none', strength: solid, height: bar },
  ready: { hue: 'yellow', pattern: 'none', strength: 0.5, height: bar },
  blocked: { hue: 'grey', pattern: 'bars', strength: 0.2, height: bar },
  stopped: { hue: 'red', pattern: 'hatch', strength: 0.3, height: bar },
  queued: { hue: 'yellow', pattern: 'hatch', strength: 0.34, height: band },
  receiveWait: { hue: 'owner', pattern: 'none', strength: 0.3, height: band },
  sendWait: { hue: 'owner', pattern: 'hatch', strength: 0.4, height: band },
  working: { hue: 'owner', pattern: 'none', strength: 0.85, height: band },
  idle: { hue: 'owner', pattern: 'none', strength: 0.6, height: 3 },
  alive: { hue: 'grey', pattern: 'none', strength: 0.55, height: 4 },
  zombie: { hue: 'red', pattern: 'backhatch', strength: 0.18, height: 10 },
  unknown: { hue: 'grey', pattern: 'cross', strength: 0.06, height: bar },
  mixed: { hue: 'grey', pattern: 'bars', strength: 0.4, height: bar },
};

/** In the order of the legend: what works, what waits for the network, for other threads, for an end. */
export const legendOrder: readonly SpanState[] = [
  'active', 'running', 'ready', 'accept', 'receive', 'send', 'connect', 'poll', 'lock', 'condition', 'semaphore', 'event',
  'barrier', 'queue', 'gil', 'join', 'waitpid', 'sleep', 'future', 'executor', 'signal', 'file', 'pipe', 'blocked', 'stopped', 'queued', 'receiveWait', 'working',
  'sendWait', 'idle', 'alive', 'zombie', 'unknown', 'mixed',
];
