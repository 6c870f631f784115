/** The catalogue of program shapes as a test reads it: a program, its traffic and the facts that its report must hold. */

import { expect } from 'vitest';
import type { Lookup } from './support/lookup';
import type { Python } from './support/pythons';
import type { Running } from './support/running';
import type { Traffic } from './support/traffic';

export interface Seen<T extends Traffic = Traffic> {
  readonly look: Lookup;
  readonly traffic: T;
  readonly python: Python;
}

export interface Case<T extends Traffic = Traffic> {
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  /** As a shell says it. */
  readonly status: number;
  readonly drive: (program: Running) => Promise<T>;
  /** What the untraced run must print, beside the port line. */
  readonly prints: string;
  /** The rules that find something in it. */
  readonly finds: readonly string[];
  /** Those that may, on a slow machine; no other may. */
  readonly mayFind?: readonly string[];
  /** For a case that has several of its kind: it runs on some CPythons only, and which, depends on this (see pythonsOf). */
  readonly turn?: number;
  readonly facts: Readonly<Record<string, (seen: Seen<T>) => void>>;
}

/** How much shorter than the driver's measure a recorded time may be: clock ticks of the kernel, and rounding. */
const toleranceMs = 30;

export function atLeast(milliseconds: number, expectedMs: number): void {
  expect(milliseconds).toBeGreaterThanOrEqual(expectedMs - toleranceMs);
}

export const quiet: Traffic = { clients: [], heldMs: 0 };

/** Of a kind with six cases, 0 to 5: each runs on the oldest CPython, on the newest and on two between, of which each gets two at least. */
export function pythonsOf({ turn }: Case, pythons: readonly Python[]): readonly Python[] {
  const between = pythons.slice(1, -1);
  if (turn === undefined || between.length <= 2 || process.env.FORKSCOPE_TEST_PYTHONS === 'all') return pythons;
  const theirs = [2 * turn, 2 * turn + 1].map((each) => between[each % between.length]);
  return pythons.filter((python, index) => index === 0 || index === pythons.length - 1 || theirs.includes(python));
}
