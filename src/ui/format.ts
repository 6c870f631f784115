/** Quantities as people read them, short enough for a sidebar. Numbers follow the locale, units are international. */

const second = 1e9;

/** `0:07`, `12:40`, `1:02:03`: a clock for things that run. */
export function clock(ns: number): string {
  const total = Math.max(0, Math.floor(ns / second));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** `340 ns`, `12 µs`, `1.25 ms`, `3.4 s`, then as a clock. */
export function duration(ns: number, locale?: string): string {
  if (ns >= 60 * second) return clock(ns);
  const [value, unit] = ns >= second ? [ns / second, 's'] : ns >= 1e6 ? [ns / 1e6, 'ms'] : ns >= 1e3 ? [ns / 1e3, 'µs'] : [ns, 'ns'];
  return `${significant(value, locale)} ${unit}`;
}

/** `512 B`, `1.5 kB`, `3.2 MB`: decimal, as networks count. */
export function bytes(count: number, locale?: string): string {
  const [value, unit] =
    count >= 1e9 ? [count / 1e9, 'GB'] : count >= 1e6 ? [count / 1e6, 'MB'] : count >= 1e3 ? [count / 1e3, 'kB'] : [count, 'B'];
  return `${significant(value, locale)} ${unit}`;
}

/** `12.4 s`, `3 s`: for a time that runs, in steps of a tenth of a second or of a second; from a minute on a clock. '' below a second. */
export function running(ns: number, step: 'tenth' | 'second', locale?: string): string {
  if (ns >= 60 * second) return clock(ns);
  if (ns < second) return '';
  return step === 'second' ? `${Math.floor(ns / second)} s` : `${formatter(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.floor(ns / 1e8) / 10)} s`;
}

/** `840`, `1.2k`, `35k`: how often something was, so short that it changes seldom. */
export function about(count: number, locale?: string): string {
  return formatter(locale, { notation: 'compact', maximumSignificantDigits: 2 }).format(count);
}

/** `1.2 s`: a sum that grows, with so few digits that it changes seldom. */
export function aboutDuration(ns: number, locale?: string): string {
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, ns))) - 1);
  return duration(Math.round(ns / digits) * digits, locale);
}

function significant(value: number, locale: string | undefined): string {
  return formatter(locale, { maximumSignificantDigits: 3, useGrouping: false }).format(value);
}

/** To make one takes as long as to format a hundred numbers. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string | undefined, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale ?? ''} ${JSON.stringify(options)}`;
  let made = formatters.get(key);
  if (made === undefined) formatters.set(key, (made = new Intl.NumberFormat(locale, options)));
  return made;
}
