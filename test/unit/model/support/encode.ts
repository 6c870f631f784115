/** Rows of a table as the 64-byte records that a probe would have written, with their owners and names. */
import { recordFlags, threadWaits } from '../../../../src/protocol/events';
import { flagsOffset, kindOffset, layouts, recordBytes, type FieldLayout } from '../../../../src/protocol/layout';
import type { SourcePosition } from '../../../../src/protocol/report';
import { RecordBatch, type Owner, type TimeBase } from '../../../../src/recording/batch';
import type { Names } from '../../../../src/recording/names';
import type { Row } from './table';

/** Stored times start here, because a stored 0 means "none". */
const base: TimeBase = { low: 1_000_000_000, high: 0 };
const textFields = new Set(['command', 'executable', 'directory', 'name', 'target', 'startMethod', 'path', 'message', 'error', 'detail', 'reason', 'file']);
/** In milliseconds, as all times of a table. */
const lengthFields = new Set(['run', 'ready']);
const addressFields = new Set(['address', 'local', 'peer']);

export interface EncodedRecord {
  readonly bytes: Uint8Array;
  readonly owner: number;
  readonly key: number;
}

/** Encodes row after row; the order of the rows is the order in which the records are read. */
export class Encoder implements Names {
  readonly owners: Owner[] = [];
  private readonly texts: string[] = [];
  private readonly sites: SourcePosition[] = [];
  /** By writer and pid: when its present image began. */
  private readonly births = new Map<string, number>();

  encode(row: Row): EncodedRecord {
    const bytes = new Uint8Array(recordBytes);
    const view = new DataView(bytes.buffer);
    const begin = nanoseconds(row.beginMs);
    this.store(view, 0, begin);
    if (row.event === 'image' || row.event === 'forked') this.births.set(`${row.writer}:${String(row.process)}`, begin);
    const owner = this.ownerOf(row, begin);
    for (const field of layouts[row.event].fields) this.field(view, field, row);
    view.setUint16(flagsOffset, (row.open ? recordFlags.begin : 0) | (row.fields.get('debugger') === '1' ? recordFlags.debugger : 0), true);
    view.setUint16(kindOffset, layouts[row.event].code, true);
    return { bytes, owner, key: nanoseconds(row.endMs ?? row.beginMs) };
  }

  text(_owner: Owner, id: number): string | null {
    return this.texts[id - 1] ?? null;
  }

  site(_owner: Owner, id: number): SourcePosition | null {
    return this.sites[id - 1] ?? null;
  }

  private ownerOf(row: Row, begin: number): number {
    const image = `${row.writer}:${String(row.process)}`;
    const birth = this.births.get(image) ?? begin;
    this.births.set(image, birth);
    const known = this.owners.find(
      (owner) => owner.writer === row.writer && owner.process === row.process && owner.thread === row.thread && owner.birth === birth,
    );
    if (known !== undefined) return known.index;
    const parent = Number(row.fields.get('parent') ?? 1);
    this.owners.push({ index: this.owners.length, process: row.process, thread: row.thread, parent, writer: row.writer, birth });
    return this.owners.length - 1;
  }

  private store(view: DataView, offset: number, ns: number): void {
    view.setUint32(offset, (ns + base.low) >>> 0, true);
    view.setUint32(offset + 4, Math.floor((ns + base.low) / 4294967296), true);
  }

  private field(view: DataView, field: FieldLayout, row: Row): void {
    const { name, offset } = field;
    if (name === 'end') {
      if (row.endMs !== null) this.store(view, offset, nanoseconds(row.endMs));
    } else if (name === 'parentBirth') {
      this.store(view, offset, this.births.get(`${row.writer}:${row.fields.get('parent') ?? ''}`) ?? 0);
    } else if (name === 'at') {
      this.store(view, offset, nanoseconds(Number(row.fields.get(name) ?? row.beginMs)));
    } else if (addressFields.has(name)) {
      const text = row.fields.get(name);
      if (text !== undefined) new Uint8Array(view.buffer, offset, 16).set(addressBytes(text));
    } else if (lengthFields.has(name)) {
      const length = nanoseconds(Number(row.fields.get(name) ?? 0));
      view.setUint32(offset, length >>> 0, true);
      view.setUint32(offset + 4, Math.floor(length / 4294967296), true);
    } else if (name === 'since') {
      const since = row.fields.get(name);
      if (since !== undefined) this.store(view, offset, nanoseconds(Number(since)));
    } else {
      // `target` is a text where it names a function, and a number where it is a pid.
      const value = name === 'target' && field.type === 'i32' ? Number(row.fields.get(name) ?? 0) : this.number(name, row);
      if (field.type === 'u16') view.setUint16(offset, value, true);
      else view.setUint32(offset, value >>> 0, true);
    }
  }

  private number(name: string, row: Row): number {
    const text = row.fields.get(name);
    const port = { port: 'address', localPort: 'local', peerPort: 'peer' }[name];
    if (text === undefined && port !== undefined) return Number(/:(\d+)$/.exec(row.fields.get(port) ?? '')?.[1] ?? 0);
    if (text === undefined && name === 'family') return familyOf(row);
    if (text === undefined) return name.startsWith('since') || name === 'debugThread' ? 0xffffffff : 0;
    if (name === 'state') return text.charCodeAt(0);
    if (name === 'waitsFor') return threadWaits[text as keyof typeof threadWaits];
    if (name === 'site' || name === 'errorSite') return this.siteId(text);
    return textFields.has(name) || (name === 'type' && row.event === 'debugSession') ? this.textId(name === 'command' ? text.replaceAll(' ', '\0') : text) : Number(text);
  }

  private textId(text: string): number {
    if (!this.texts.includes(text)) this.texts.push(text);
    return this.texts.indexOf(text) + 1;
  }

  private siteId(text: string): number {
    const [file = '', line = '0', name = ''] = text.split(':');
    this.sites.push({ file, line: Number(line), function: name });
    return this.sites.length;
  }
}

/** The records, in the order of their keys, as one batch. */
export function batchOf(records: readonly EncodedRecord[]): RecordBatch {
  const bytes = new Uint8Array(records.length * recordBytes);
  records.forEach((record, index) => bytes.set(record.bytes, index * recordBytes));
  const keys = Float64Array.from(records, (record) => record.key);
  const order = Uint32Array.from(records.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
  return new RecordBatch(records.length, bytes, Uint32Array.from(records, (record) => record.owner), order, keys, base);
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}

/** `127.0.0.1:80` mapped into IPv6, or `[::1]:80`, with at most one `::`. */
function addressBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const four = /^(\d+)\.(\d+)\.(\d+)\.(\d+):/.exec(text);
  if (four !== null) {
    bytes.set([255, 255, ...four.slice(1).map(Number)], 10);
    return bytes;
  }
  const [head = '', tail = ''] = text.slice(1, text.indexOf(']')).split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const words = [...groups(head), ...new Array<number>(8 - groups(head).length - groups(tail).length).fill(0), ...groups(tail)];
  words.forEach((word, index) => bytes.set([word >> 8, word & 255], index * 2));
  return bytes;
}

function familyOf(row: Row): number {
  if (row.fields.has('path')) return 1;
  const address = row.fields.get('address') ?? row.fields.get('local') ?? row.fields.get('peer');
  return address === undefined ? 0 : address.startsWith('[') ? 10 : 2;
}
