import { describe, expect, it } from 'vitest';
import { bytes, clock, duration } from '../../../src/ui/format';

describe('quantities', () => {
  it.each([
    [0, '0:00'],
    [7.9e9, '0:07'],
    [760e9, '12:40'],
    [3723e9, '1:02:03'],
    [-1, '0:00'],
  ])('clock of %d ns', (ns, text) => expect(clock(ns)).toBe(text));

  it.each([
    [0, '0 ns'],
    [340, '340 ns'],
    [12_000, '12 µs'],
    [1_253_000, '1.25 ms'],
    [3.4e9, '3.4 s'],
    [75e9, '1:15'],
  ])('duration of %d ns', (ns, text) => expect(duration(ns, 'en')).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [3_210_000, '3.21 MB'],
    [2e9, '2 GB'],
  ])('%d bytes', (count, text) => expect(bytes(count, 'en')).toBe(text));

  it('follows the locale', () => expect(duration(1_250_000, 'de')).toBe('1,25 ms'));
});
