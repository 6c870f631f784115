/** Everything that a row can be found by, as one text in lower case: what it is called, its numbers and addresses, its place, its state's words. */
import type { Row } from '../src/protocol/rows';
import { kindName } from './rowWords';
import { stateName } from './stateWords';

const texts = new WeakMap<Row, string>();

/** A row that changes is another object: its text is made once. */
export function rowText(row: Row): string {
  let text = texts.get(row);
  if (text === undefined) {
    text = parts(row).filter((part) => part !== null && part !== '').join(' \n').toLowerCase();
    texts.set(row, text);
  }
  return text;
}

function parts(row: Row): (string | null)[] {
  const { site } = row;
  const state = row.endNs === null || row.state === 'zombie' ? [row.state, stateName(row.state)] : [];
  const common = [row.label, kindName(row.kind), ...state, site === null ? null : `${site.file}:${site.line} ${site.function}`];
  switch (row.kind) {
    case 'process': return [...common, `pid ${row.pid}`, row.command.join(' '), row.multiprocessing?.name ?? null];
    case 'thread': return [...common, `tid ${row.tid}`, row.target];
    case 'task': return [...common, row.coroutine, row.awaits];
    case 'connection': return [...common, row.local, row.peer];
    case 'listener': return [...common, row.address];
  }
}
