/**
 * Emits the protocol's constants for the probes' languages from the tables in events.ts and files.ts, so that no number
 * is written twice. Pure: the build writes the texts to the probes' folders and a test holds the files to them.
 */
import {
  channelEnds, channelWays, events, exitWays, gaps, handlerPhases, lockHints, lockWays, pollWays, recordFlags, socketWaits, taskEnds, taskWaits, writers, type FieldType,
} from './events';
import * as files from './files';
import { bodyEnd, bodyOffset, fieldBytes, layouts, recordBytes } from './layout';

/** `receiveFrom` → `RECEIVE_FROM`. */
function constantName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const pythonCode: Readonly<Record<FieldType, string>> = { u16: 'H', u32: 'I', i32: 'i', u64: 'Q', address: '16s', text36: '36s' };

/** A struct format of the whole record: time, the kind's fields with their padding, flags, kind. */
function pythonFormat(name: keyof typeof layouts): string {
  let format = '<Q';
  let offset = bodyOffset;
  for (const field of layouts[name].fields) {
    if (field.offset > offset) format += `${String(field.offset - offset)}x`;
    format += pythonCode[field.type];
    offset = field.offset + fieldBytes[field.type];
  }
  if (offset < bodyEnd) format += `${String(bodyEnd - offset)}x`;
  return `${format}HH`;
}

const namedTables = {
  FLAG: recordFlags, WRITER: writers, EXIT: exitWays, POLL: pollWays, LOCK: lockWays, PHASE: handlerPhases, SOCKET_WAIT: socketWaits,
  CHANNEL_WAY: channelWays, CHANNEL_END: channelEnds, TASK_WAIT: taskWaits, TASK_END: taskEnds, GAP: gaps, HINT: lockHints,
} as const;

function constants(): [string, number][] {
  const list: [string, number][] = [
    ['RECORD_BYTES', recordBytes],
    ['CHUNK_BYTES', files.chunkBytes],
    ['CHUNKS_PER_SEGMENT', files.chunksPerSegment],
    ['CHUNKS_PER_PIECE', files.chunksPerPiece],
    ['SEGMENT_BYTES', files.segmentBytes],
    ['SEGMENT_FORMAT', files.segmentFormat],
    ['ARENA_BYTES', files.arenaBytes],
    ['CLAIMERS_OFFSET', files.claimersOffset],
  ];
  for (const [prefix, table] of Object.entries(namedTables)) {
    for (const [name, value] of Object.entries(table)) list.push([`${prefix}_${constantName(name)}`, value]);
  }
  for (const [name, kind] of Object.entries(events)) list.push([constantName(name), kind.code]);
  return list;
}

const texts: readonly [string, string][] = [
  ['SEGMENT_MAGIC', files.segmentMagic],
  ['ARENA_MAGIC', files.arenaMagic],
  ['LEASE_FILE', files.leaseFile],
  ['TOKEN_VARIABLE', files.tokenVariable],
];

/** The structs are compiled when they are first imported: a program needs few of them. */
const pythonStructs = [
  'def __getattr__(name):',
  '    if name not in _FORMATS:',
  '        raise AttributeError(name)',
  '    struct = globals()[name] = Struct(_FORMATS[name])',
  '    return struct',
];

/** The Python module `_schema.py`: constants, and per kind a struct over the whole record, in field order. */
export function emitPython(): string {
  const lines = ['"""Generated from src/protocol by the build; do not edit."""', 'from _struct import Struct', ''];
  for (const [name, value] of constants()) lines.push(`${name} = ${String(value)}`);
  for (const [name, value] of texts) lines.push(`${name} = ${JSON.stringify(value)}`);
  lines.push('', '# Of whole records: time, the fields named beside them, flags, kind.', '_FORMATS = {');
  for (const name of Object.keys(layouts) as (keyof typeof layouts)[]) {
    const fields = layouts[name].fields.map((field) => field.name).join(', ');
    lines.push(`    "${constantName(name)}_RECORD": "${pythonFormat(name)}",  # ${fields}`);
  }
  lines.push('}', '', '', ...pythonStructs);
  return `${lines.join('\n')}\n`;
}

const cType: Readonly<Record<FieldType, [string, string]>> = {
  u16: ['uint16_t', ''], u32: ['uint32_t', ''], i32: ['int32_t', ''], u64: ['uint64_t', ''],
  address: ['uint8_t', '[16]'], text36: ['uint8_t', '[36]'],
};

/** The C header: constants, and per kind a struct whose size the compiler checks. */
export function emitC(): string {
  const lines = ['/* Generated from src/protocol by the build; do not edit. */', '#pragma once', '#include <stdint.h>', ''];
  for (const [name, value] of constants()) lines.push(`#define FORKSCOPE_${name} ${String(value)}`);
  for (const [name, value] of texts) lines.push(`#define FORKSCOPE_${name} ${JSON.stringify(value)}`);
  for (const [name, kind] of Object.entries(layouts)) {
    lines.push('', 'typedef struct {', '  uint64_t time;');
    let offset = bodyOffset;
    let gap = 0;
    const pad = (to: number): void => {
      if (to > offset) lines.push(`  uint8_t unused${String(gap++)}[${String(to - offset)}];`);
    };
    for (const field of kind.fields) {
      pad(field.offset);
      const [type, array] = cType[field.type];
      lines.push(`  ${type} ${field.name}${array};`);
      offset = field.offset + fieldBytes[field.type];
    }
    pad(bodyEnd);
    lines.push('  uint16_t flags;', '  uint16_t kind;', `} forkscope_${name}_record;`);
    lines.push(`_Static_assert(sizeof(forkscope_${name}_record) == FORKSCOPE_RECORD_BYTES, "${name}");`);
  }
  return `${lines.join('\n')}\n`;
}
