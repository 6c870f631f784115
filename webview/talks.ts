/** With whom a process talks, from its own side: for its tooltip, and for who does not see the tree's lines. */
import type { EdgeFlow } from '../src/protocol/rows';
import { flowWords, linksWords } from './edgeWords';
import { count } from './format';
import type { Store } from './store';
import { t } from './words';

export interface Talk {
  /** The other process's name. */
  other: string;
  links: string;
  sent: EdgeFlow | null;
  received: EdgeFlow | null;
}

/** In the order in which the others began to talk with it. */
export function talksOf(store: Store, process: string): Talk[] {
  const edges = store.edgesOf.value.get(process) ?? [];
  const labels = edges.map(({ from, to }) => store.live(from === process ? to : from).value?.label);
  return edges.map((edge, at) => {
    const here = edge.from === process;
    const other = here ? edge.to : edge.from;
    const alike = labels.filter((label) => label === labels[at]).length > 1;
    return {
      other: nameOf(store, other, alike), links: linksWords(edge),
      sent: here ? edge.forth : edge.back, received: here ? edge.back : edge.forth,
    };
  });
}

/** Forked processes have one name: their pid tells them apart. */
function nameOf(store: Store, process: string, withPid: boolean): string {
  const row = store.live(process).value;
  if (row === undefined) return process;
  return withPid && row.kind === 'process' ? `${row.label} ${row.pid}` : row.label;
}

/** `1 queue, ↓12 B in 3 writes, ↑…`. */
export function talkWords({ links, sent, received }: Talk): string {
  return [links, received === null ? '' : `↓${flowWords(received)}`, sent === null ? '' : `↑${flowWords(sent)}`].filter((part) => part !== '').join(' · ');
}

const named = 3;

/** One clause for a screen reader; '' where it talks with nobody. */
export function talksClause(store: Store, process: string): string {
  const talks = talksOf(store, process);
  if (talks.length === 0) return '';
  const names = talks.slice(0, named).map(({ other, links }) => `${other} (${links})`).join(', ');
  return t('talks with {0}', talks.length > named ? t('{0} and {1} more', names, count(talks.length - named)) : names);
}
