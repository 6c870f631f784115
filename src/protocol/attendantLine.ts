/**
 * Reads a line of `marks.ts`: what comes from another program is looked at field by field before anybody believes it. A field that may be
 * null may be left out; fields that nobody knows are passed over.
 */
import type { AttendantLine, Mark } from './marks';

/** Null where it is right, else what it should be. */
type Expected = string | null;
type Field = (value: unknown) => Expected;
type Fields<T> = Readonly<Record<Exclude<keyof T, 'kind'>, Field>>;
type Of<Kind extends AttendantLine['kind']> = Extract<AttendantLine, { kind: Kind }>;

const number: Field = (value) => (isNumber(value) ? null : 'a whole number from 0 to 4294967295');
const text: Field = (value) => (typeof value === 'string' ? null : 'a text');
const truth: Field = (value) => (typeof value === 'boolean' ? null : 'true or false');
/** Nanoseconds that a record can hold. */
const time: Field = (value) => (typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < 1n << 64n ? null : 'nanoseconds as decimal text');
const orNull = (field: Field): Field => (value) => (value === null ? null : field(value));
const oneOf = (...words: readonly string[]): Field => (value) => (words.some((word) => word === value) ? null : `one of ${words.join(', ')}`);

const fields: { readonly [Kind in AttendantLine['kind']]: Fields<Of<Kind>> } = {
  session: {
    at: time, session: number, parent: orNull(number), phase: oneOf('started', 'process', 'restarted', 'ended'), type: text, name: text, process: orNull(number),
  },
  stop: {
    at: time, session: number, process: orNull(number), thread: orNull(number), debugThread: orNull(number), reason: text, file: orNull(text), line: orNull(number), all: truth,
  },
  continue: {
    at: time, session: number, process: orNull(number), debugThread: orNull(number), all: truth, how: oneOf('continued', 'response', 'stoppedAgain', 'exited', 'ended'),
  },
  thread: {
    at: time, session: number, process: orNull(number), debugThread: number, thread: orNull(number), name: orNull(text), phase: oneOf('started', 'exited', 'named'),
  },
  breakpoint: { at: time, session: number, file: text, line: number, phase: oneOf('set', 'removed') },
  exit: { at: time, session: number, process: orNull(number), code: number },
  root: { process: number },
  end: {},
  cancel: {},
};

/** @returns what the line says, or why it can't be understood, in a part of a sentence. */
export function parseAttendantLine(line: string): { readonly said: AttendantLine } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'it is not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'it is no object' };
  const given = value as Readonly<Record<string, unknown>>;
  const { kind } = given;
  if (!isKind(kind)) return { problem: 'its kind is unknown' };
  const said: Record<string, unknown> = { kind };
  for (const [name, field] of Object.entries<Field>(fields[kind])) {
    said[name] = given[name] ?? null;
    const expected = field(said[name]);
    if (expected !== null) return { problem: `its ${name} is not ${expected}` };
  }
  // Each field of the kind has been looked at, as the table's type demands.
  return { said: said as unknown as AttendantLine };
}

/** Whether it becomes a record. */
export function isMark(said: AttendantLine): said is Mark {
  return said.kind !== 'root' && said.kind !== 'end' && said.kind !== 'cancel';
}

function isKind(value: unknown): value is AttendantLine['kind'] {
  return typeof value === 'string' && Object.hasOwn(fields, value);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}
