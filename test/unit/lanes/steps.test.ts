/** Numbers over time, held to what walking over everything says. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepColumns, type Change } from '../../../src/lanes/steps';

const changes = fc.array(fc.record({ at: fc.integer({ min: 0, max: 300 }), by: fc.integer({ min: -3, max: 3 }) }), { maxLength: 600 });

/** The number at a moment, of all changes. */
function naive(all: readonly Change[], ns: number): number {
  return all.reduce((sum, { at, by }) => sum + (at <= ns ? by : 0), 0);
}

describe('steps', () => {
  test('in whatever order and batches they are told, say what all changes together say', () => {
    fc.assert(fc.property(fc.array(changes, { maxLength: 6 }), (batches) => {
      const steps = new StepColumns();
      for (const batch of batches) {
        steps.merge([...batch]);
        steps.range(0, steps.count); // The pyramid is used between batches.
      }
      const all = batches.flat();
      for (let ns = -1; ns <= 301; ns++) expect(steps.value(steps.lastAt(ns))).toBe(naive(all, ns));
      for (let row = 1; row < steps.count; row++) {
        expect(steps.at(row)).toBeGreaterThan(steps.at(row - 1));
        expect(steps.value(row)).not.toBe(steps.value(row - 1));
      }
    }), { numRuns: 60 });
  });

  test('know the least and the most of any of them', () => {
    const many = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 3000 });
    fc.assert(fc.property(many, fc.nat(), fc.nat(), (bys, one, other) => {
      const steps = new StepColumns();
      steps.merge(bys.map((by, at) => ({ at, by })));
      if (steps.count === 0) return;
      const from = one % steps.count;
      const to = from + 1 + (other % (steps.count - from));
      const values = Array.from({ length: to - from }, (_, at) => steps.value(from + at));
      expect(steps.range(from, to)).toEqual({ least: Math.min(...values), most: Math.max(...values) });
    }), { numRuns: 300 });
  });
});
