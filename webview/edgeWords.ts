/** What two processes have between them, in words: `3 pipes, 1 queue`, and how much went each way. */
import type { EdgeFlow, ProcessEdge } from '../src/protocol/rows';
import type { ChannelFacts } from '../src/protocol/tile';
import { bytes, connectionsWords, count } from './format';
import { t } from './words';

type Links = Pick<ProcessEdge, 'pipes' | 'fifos' | 'queues' | 'socketPairs' | 'connections'>;

export function linksOf({ pipes, fifos, queues, socketPairs, connections }: Links): number {
  return pipes + fifos + queues + socketPairs + connections;
}

export function linksWords({ pipes, fifos, queues, socketPairs, connections }: Links): string {
  const parts = [
    pipes === 0 ? '' : pipes === 1 ? t('1 pipe') : t('{0} pipes', count(pipes)),
    queues === 0 ? '' : queues === 1 ? t('1 queue') : t('{0} queues', count(queues)),
    fifos === 0 ? '' : fifos === 1 ? t('1 FIFO') : t('{0} FIFOs', count(fifos)),
    socketPairs === 0 ? '' : socketPairs === 1 ? t('1 socket pair') : t('{0} socket pairs', count(socketPairs)),
    connections === 0 ? '' : connectionsWords(connections),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** `12 B in 3 writes`; what was not seen is not made up. */
export function flowWords({ writes, bytes: sum, whole }: EdgeFlow): string {
  if (!whole) return sum === 0 ? t('how much was not seen') : t('at least {0}', bytes(sum));
  return writes === 1 ? t('{0} in 1 write', bytes(sum)) : t('{0} in {1} writes', bytes(sum), count(writes));
}

/** `pipe 4→3 to worker`, `multiprocessing queue from worker-1, worker-2 and 3 more`. */
export function channelWords({ kind, descriptors, way, others, more }: ChannelFacts): string {
  const what = channelKind(kind, descriptors);
  if (others.length === 0) return what;
  const names = others.join(', ');
  const whom = more === 0 ? names : t('{0} and {1} more', names, count(more));
  switch (way) {
    case 'to': return t('{0} to {1}', what, whom);
    case 'from': return t('{0} from {1}', what, whom);
    case 'with': return t('{0} with {1}', what, whom);
  }
}

function channelKind(kind: ChannelFacts['kind'], descriptors: ChannelFacts['descriptors']): string {
  switch (kind) {
    case 'pipe': return descriptors === null ? t('pipe') : t('pipe {0}→{1}', descriptors.writing, descriptors.reading);
    case 'fifo': return t('FIFO');
    case 'socketpair': return t('socket pair');
    case 'queue': return t('multiprocessing queue');
  }
}
