import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitC, emitPython } from '../../src/protocol/emit';
import { events } from '../../src/protocol/events';
import { bodyEnd, bodyOffset, fieldBytes, layouts } from '../../src/protocol/layout';
import { spanStates } from '../../src/protocol/states';
import { waitReasons } from '../../src/protocol/report';

const root = join(import.meta.dirname, '../..');

describe('the event schema', () => {
  it('has a code of its own for every kind', () => {
    const codes = Object.values(events).map((kind) => kind.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(Math.min(...codes)).toBeGreaterThan(0);
  });

  it('places every field inside the record, aligned, and none on another', () => {
    for (const [name, kind] of Object.entries(layouts)) {
      let last = bodyOffset;
      for (const field of kind.fields) {
        expect(field.offset, `${name}.${field.name}`).toBeGreaterThanOrEqual(last);
        if (field.type === 'u64') expect(field.offset % 8, `${name}.${field.name}`).toBe(0);
        last = field.offset + fieldBytes[field.type];
      }
      expect(last, name).toBeLessThanOrEqual(bodyEnd);
    }
  });

  it('is what the probes’ generated files say', () => {
    expect(readFileSync(join(root, 'src/probes/python/forkscope_probe/_schema.py'), 'utf8')).toBe(emitPython());
    expect(readFileSync(join(root, 'src/probes/native/forkscope_schema.h'), 'utf8')).toBe(emitC());
  });

  it('gives every wait reason a span state of the same code', () => {
    expect(spanStates.slice(0, waitReasons.length)).toEqual([...waitReasons]);
  });
});
