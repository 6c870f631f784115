import { describe, expect, it } from 'vitest';
import { about, aboutDuration, bytes, clock, duration, running } from '../../../src/ui/format';

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

  it('lets a running time change no more often than one can read', () => {
    expect([999e6, 1.29e9, 12.49e9, 75e9].map((ns) => running(ns, 'tenth'))).toEqual(['', '1.2 s', '12.4 s', '1:15']);
    expect([999e6, 1.29e9, 12.99e9].map((ns) => running(ns, 'second'))).toEqual(['', '1 s', '12 s']);
  });

  it('says what grows in two digits', () => {
    expect([7, 841, 1_249, 35_400].map((count) => about(count, 'en'))).toEqual(['7', '840', '1.2K', '35K']);
    expect([0, 7, 1_249, 123_456_789, 12.46e9, 754e9].map((ns) => aboutDuration(ns, 'en'))).toEqual(['0 ns', '7 ns', '1.2 µs', '120 ms', '12 s', '12:30']);
  });

  it('follows the locale', () => expect(duration(1_250_000, 'de')).toBe('1,25 ms'));
});
