/** What a kernel observer wrote: its records as objects, read from the run's folder, with texts in place of their ids. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chunkBytes } from '../../../src/protocol/files';
import { eventName, kindOffset, layouts, recordBytes } from '../../../src/protocol/layout';
import type { EventName } from '../../../src/protocol/events';

export interface Observed {
  readonly kind: EventName;
  /** CLOCK_MONOTONIC ns. */
  readonly time: number;
  readonly [field: string]: number | string;
}

const textFields = new Set(['command', 'name']);

export function readObserved(folder: string): Observed[] {
  const texts = new Map<number, string>();
  const found: Observed[] = [];
  for (const file of readdirSync(folder).filter((name) => name.startsWith('kernel-')).sort()) {
    const bytes = readFileSync(join(folder, file));
    for (let at = chunkBytes; at + recordBytes <= bytes.length; at += recordBytes) {
      const kind = eventName(bytes.readUInt16LE(at + kindOffset));
      if (kind === 'text') addText(texts, bytes, at);
      else if (kind !== undefined && kind !== 'owner') found.push(record(kind, bytes, at, texts));
    }
  }
  return found;
}

function addText(texts: Map<number, string>, bytes: Buffer, at: number): void {
  const value = (name: string): number => bytes.readUInt32LE(at + layouts.text.fields.find((field) => field.name === name)!.offset);
  const begin = at + layouts.text.fields.find(({ name }) => name === 'bytes')!.offset;
  const id = value('id');
  texts.set(id, (texts.get(id) ?? '') + bytes.toString('utf8', begin, begin + value('length')));
}

function record(kind: EventName, bytes: Buffer, at: number, texts: ReadonlyMap<number, string>): Observed {
  const fields: Record<string, number | string> = {};
  for (const { name, type, offset } of layouts[kind].fields) {
    const place = at + offset;
    if (type === 'u16') fields[name] = bytes.readUInt16LE(place);
    else if (type === 'i32') fields[name] = bytes.readInt32LE(place);
    else if (type === 'u64') fields[name] = bytes.readUInt32LE(place) + bytes.readUInt32LE(place + 4) * 2 ** 32;
    else if (type === 'address') fields[name] = address(bytes.subarray(place, place + 16));
    else if (type === 'u32') fields[name] = textFields.has(name) ? (texts.get(bytes.readUInt32LE(place)) ?? '') : bytes.readUInt32LE(place);
  }
  return { ...fields, kind, time: bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32 };
}

/** IPv4 in dots, IPv6 in hexadecimal digits. */
function address(bytes: Buffer): string {
  return bytes.toString('hex', 0, 12) === '00000000000000000000ffff' ? [...bytes.subarray(12)].join('.') : bytes.toString('hex');
}
