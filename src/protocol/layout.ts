/**
 * Where each field of a record stands, computed from the table in events.ts.
 *
 * Fields follow one another from byte 8 in the order of the table, each aligned to its size (at most 8); the last byte
 * of the kind's own fields is 59. A table that does not fit fails at load, so a test run can't miss it.
 */
import { events, type EventName, type FieldType } from './events';

export const recordBytes = 64;
export const bodyOffset = 8;
export const bodyEnd = 60;
export const flagsOffset = 60;
export const kindOffset = 62;

export const fieldBytes: Readonly<Record<FieldType, number>> = { u16: 2, u32: 4, i32: 4, u64: 8, address: 16, text36: 36 };
const fieldAlignment: Readonly<Record<FieldType, number>> = { u16: 2, u32: 4, i32: 4, u64: 8, address: 4, text36: 4 };

export interface FieldLayout {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
}

export type Layouts = Readonly<Record<EventName, { readonly code: number; readonly fields: readonly FieldLayout[] }>>;

type FieldsOf<K extends EventName> = (typeof events)[K]['fields'];
export type Offsets = { readonly [K in EventName]: { readonly [F in keyof FieldsOf<K>]: number } };

function place(fields: Readonly<Record<string, FieldType>>, name: string): FieldLayout[] {
  let offset = bodyOffset;
  const placed: FieldLayout[] = [];
  for (const [field, type] of Object.entries(fields)) {
    const alignment = fieldAlignment[type];
    offset = Math.ceil(offset / alignment) * alignment;
    placed.push({ name: field, type, offset });
    offset += fieldBytes[type];
  }
  if (offset > bodyEnd) throw new Error(`event ${name} has ${String(offset - bodyEnd)} bytes too many`);
  return placed;
}

function placeAll(): Layouts {
  const all: Record<string, { code: number; fields: FieldLayout[] }> = {};
  for (const [name, kind] of Object.entries(events)) all[name] = { code: kind.code, fields: place(kind.fields, name) };
  return all as unknown as Layouts;
}

export const layouts: Layouts = placeAll();

/** `offsets.accept.descriptor` is the byte offset of that field in an accept record. */
export const offsets: Offsets = Object.fromEntries(
  Object.entries(layouts).map(([name, kind]) => [name, Object.fromEntries(kind.fields.map((field) => [field.name, field.offset]))]),
) as unknown as Offsets;

/** `kinds.accept` is the code in a record's kind field. */
export const kinds = Object.fromEntries(Object.entries(events).map(([name, kind]) => [name, kind.code])) as {
  readonly [K in EventName]: (typeof events)[K]['code'];
};

const nameByCode = new Map<number, EventName>(
  (Object.entries(events) as [EventName, { code: number }][]).map(([name, kind]) => [kind.code, name]),
);

/** The kind's name, or undefined for a code this version does not know (a newer writer's). */
export function eventName(code: number): EventName | undefined {
  return nameByCode.get(code);
}
