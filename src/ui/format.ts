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

function significant(value: number, locale: string | undefined): string {
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, useGrouping: false }).format(value);
}
