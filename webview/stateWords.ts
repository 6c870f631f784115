/**
 * A state has a short name, drawn inside its span and in the legend, and a plain sentence for the tooltip:
 * a learner reads the sentence, an engineer the name.
 */
import type { CellFacts } from './timeline/columns';
import { assertNever } from '../src/base/assertNever';
import type { SpanState } from '../src/protocol/states';
import type { ThreadShares } from '../src/protocol/tile';
import { count, duration } from './format';
import { t } from './words';

/** How a thread has spent its life: `on CPU 12.1 s, waiting for the GIL 9.80 s, blocked 40.0 s`; what never was is left out. */
export function sharesWords({ running, ready, gil, blocked, stopped, unknown }: ThreadShares): string {
  const parts: [ns: number, words: (length: string) => string][] = [
    [running, (length) => t('on CPU {0}', length)],
    [ready, (length) => t('waiting for a CPU {0}', length)],
    [gil, (length) => t('waiting for the GIL {0}', length)],
    [blocked, (length) => t('blocked {0}', length)],
    [stopped, (length) => t('stopped {0}', length)],
    [unknown, (length) => t('unknown {0}', length)],
  ];
  return t('All its life: {0}', parts.filter(([ns]) => ns >= 1e3).map(([ns, words]) => words(duration(ns))).join(', '));
}

export function stateName(state: SpanState): string {
  switch (state) {
    case 'accept': return t('accept');
    case 'receive': return t('receive');
    case 'send': return t('send');
    case 'connect': return t('connect');
    case 'poll': return t('poll');
    case 'lock': return t('lock');
    case 'condition': return t('condition');
    case 'semaphore': return t('semaphore');
    case 'join': return t('join');
    case 'waitpid': return t('wait for child');
    case 'sleep': return t('sleep');
    case 'gil': return t('GIL');
    case 'queue': return t('queue');
    case 'file': return t('file');
    case 'event': return t('event');
    case 'barrier': return t('barrier');
    case 'signal': return t('signal');
    case 'pipe': return t('pipe');
    case 'future': return t('future');
    case 'executor': return t('executor');
    case 'active': return t('active');
    case 'running': return t('on CPU');
    case 'ready': return t('ready');
    case 'blocked': return t('blocked');
    case 'stopped': return t('stopped');
    case 'queued': return t('queued');
    case 'receiveWait': return t('receive-wait');
    case 'sendWait': return t('send-wait');
    case 'working': return t('working');
    case 'idle': return t('idle');
    case 'alive': return t('alive');
    case 'zombie': return t('zombie');
    case 'unknown': return t('unknown');
    case 'mixed': return t('mixed');
    default: return assertNever(state);
  }
}

export function stateSentence(state: SpanState): string {
  switch (state) {
    case 'accept': return t('Waits in accept for the next client.');
    case 'receive': return t('Waits for bytes to arrive.');
    case 'send': return t('Waits until its bytes can be sent.');
    case 'connect': return t('Waits for the other side to take the connection.');
    case 'poll': return t('Waits until one of several descriptors is ready.');
    case 'lock': return t('Waits for a lock that another thread holds.');
    case 'condition': return t('Waits on a condition until it is notified.');
    case 'semaphore': return t('Waits for a free place of a semaphore.');
    case 'join': return t('Waits in join for a thread or process to end.');
    case 'waitpid': return t('Waits for a child process to end.');
    case 'sleep': return t('Sleeps for a time it chose itself.');
    case 'gil': return t('Ready, but another thread holds the interpreter lock (GIL).');
    case 'queue': return t('Waits for an item of a queue, or for room in it.');
    case 'file': return t('Waits for a file or the disk.');
    case 'event': return t('Waits until an event is set.');
    case 'barrier': return t('Waits at a barrier for the other threads.');
    case 'signal': return t('Waits until a signal comes.');
    case 'pipe': return t('Waits for bytes in a pipe, or for room in it.');
    case 'future': return t('Awaits a future that nobody has set yet.');
    case 'executor': return t('Awaits work that an executor\'s thread or process does.');
    case 'active': return t('Between recorded calls: running, or ready to run.');
    case 'running': return t('Runs on a CPU.');
    case 'ready': return t('Ready to run, and waits for a free CPU.');
    case 'blocked': return t('Blocked; the reason was not recorded.');
    case 'stopped': return t('Stopped by a signal or a debugger.');
    case 'queued': return t('Connected, but the server has not accepted it yet.');
    case 'receiveWait': return t('Its owner waits for bytes of this connection.');
    case 'sendWait': return t('Its owner is sending on this connection.');
    case 'working': return t('Its owner works on it, between calls.');
    case 'idle': return t('Open, but its owner waits for something else.');
    case 'alive': return t('The process is alive.');
    case 'zombie': return t('Ended, but its parent has not fetched the exit code yet.');
    case 'unknown': return t('Nothing is known about this time.');
    case 'mixed': return t('Several short states; zoom in to see them.');
    default: return assertNever(state);
  }
}

/** What a bin of thin spans says. */
export function cellSentence(state: SpanState, { spans, share }: CellFacts): string {
  if (spans === 1) return t('One span, too short to be seen from here: zoom in.');
  return t('{0} spans, mostly {1} ({2} % of this time): zoom in to see them.', count(spans), stateName(state), count(Math.max(1, Math.round(share * 100))));
}
