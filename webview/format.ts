/**
 * Numbers for people: durations from nanoseconds to hours, bytes, counts, places in source files.
 * A duration keeps three digits: that is what an eye compares, and it holds still while it grows.
 */
import type { ExitStatus, SourcePosition } from '../src/protocol/report';
import { locale, t } from './words';

const second = 1e9;

function threeDigits(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** 740 ns, 12.5 µs, 3.20 ms, 1.25 s, 2 min 05 s, 1 h 02 min. */
export function duration(ns: number): string {
  const abs = Math.abs(ns);
  if (abs < 1000) return `${ns.toFixed(0)} ns`;
  if (abs < 999.5e3) return `${threeDigits(ns / 1e3)} µs`;
  if (abs < 999.5e6) return `${threeDigits(ns / 1e6)} ms`;
  if (abs < 59.95 * second) return `${threeDigits(ns / second)} s`;
  const seconds = Math.round(ns / second);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} min`;
}

/** An age or an elapsed time that ticks: tenths under ten seconds, then whole seconds. */
export function elapsed(ns: number): string {
  if (ns < second) return `${Math.max(0, Math.floor(ns / 1e6))} ms`;
  if (ns < 10 * second) return `${(Math.floor(ns / 1e8) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ns / second);
  return seconds < 60 ? `${seconds} s` : duration(seconds * second);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** 0 B, 512 B, 1.5 kB, 20 MB: decimal units, as the network's people count; ? for NaN, which is unknown. */
export function bytes(count: number): string {
  if (Number.isNaN(count)) return '?';
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]!}`;
}

const numbers = new Map<string, Intl.NumberFormat>();

export function count(value: number): string {
  const name = locale();
  let format = numbers.get(name);
  // To make one takes a hundred times as long as to use it.
  if (format === undefined) numbers.set(name, (format = new Intl.NumberFormat(name)));
  return format.format(value);
}

/** server.py:42 */
export function place(site: SourcePosition): string {
  return `${fileName(site.file)}:${site.line}`;
}

/** The last part of a path of either kind of system. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

export function exitWords(exit: ExitStatus | null): string {
  if (exit === null) return t('ended');
  if (exit.signal !== null) return t('killed by {0}', exit.signal);
  return t('exit code {0}', exit.code ?? '?');
}

export function processesWords(value: number): string {
  return value === 1 ? t('1 process') : t('{0} processes', count(value));
}

export function threadsWords(value: number): string {
  return value === 1 ? t('1 thread') : t('{0} threads', count(value));
}

export function connectionsWords(value: number): string {
  return value === 1 ? t('1 connection') : t('{0} connections', count(value));
}
