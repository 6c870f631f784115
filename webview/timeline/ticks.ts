/**
 * Ticks of the time axis: steps that people count in (1, 2, 5 × 10ⁿ; above a minute 1, 2, 5, 10, 15, 30), labels that
 * never touch, and no more decimals than tell two neighbours apart.
 */
import { spanOf, type TimeView } from './geometry';

export interface Tick {
  atNs: number;
  label: string;
}

const second = 1e9;
const minute = 60 * second;
const longSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1440].map((minutes) => minutes * minute);

/** The smallest good step of at least `leastNs`. */
export function niceStep(leastNs: number): number {
  if (leastNs > 30 * second) return longSteps.find((step) => step >= leastNs) ?? Math.ceil(leastNs / longSteps.at(-1)!) * longSteps.at(-1)!;
  if (leastNs > 20 * second) return 30 * second;
  const power = 10 ** Math.floor(Math.log10(Math.max(leastNs, 1)));
  for (const multiple of [1, 2, 5]) {
    if (multiple * power >= leastNs) return Math.max(1, multiple * power);
  }
  return 10 * power;
}

interface Unit {
  ns: number;
  name: string;
}

const units: readonly Unit[] = [{ ns: second, name: 's' }, { ns: 1e6, name: 'ms' }, { ns: 1e3, name: 'µs' }, { ns: 1, name: 'ns' }];

/** The unit of the largest time in view, so that all labels of one axis read alike. */
function unitOf(largestNs: number): Unit {
  return units.find((unit) => largestNs >= unit.ns) ?? units.at(-1)!;
}

function decimals(stepNs: number, unit: Unit): number {
  return Math.max(0, Math.ceil(Math.log10(unit.ns / stepNs) - 1e-9));
}

export function tickLabel(ns: number, stepNs: number, largestNs: number): string {
  if (ns === 0) return '0';
  const sign = ns < 0 ? '−' : '';
  const abs = Math.abs(ns);
  if (largestNs >= minute) {
    const digits = Math.max(0, Math.ceil(Math.log10(second / stepNs) - 1e-9));
    const whole = Math.floor(abs / minute);
    const rest = ((abs - whole * minute) / second).toFixed(digits);
    const padded = rest.padStart(digits > 0 ? digits + 3 : 2, '0');
    const hours = Math.floor(whole / 60);
    return hours > 0 ? `${sign}${hours}:${String(whole % 60).padStart(2, '0')}:${padded}` : `${sign}${whole}:${padded}`;
  }
  const unit = unitOf(largestNs);
  return `${sign}${(abs / unit.ns).toFixed(decimals(stepNs, unit))} ${unit.name}`;
}

/** Ticks in view with `width` CSS pixels, labels about 6.5 pixels a letter; `minor` ticks have an empty label. */
export function ticksOf(view: TimeView, width: number): Tick[] {
  if (width <= 0 || spanOf(view) <= 0) return [];
  const largest = Math.max(Math.abs(view.fromNs), Math.abs(view.toNs));
  const nsPerPixel = spanOf(view) / width;
  let step = niceStep(80 * nsPerPixel);
  // A longer label needs a larger step, and that may shorten the label: two rounds settle it.
  for (let round = 0; round < 2; round++) {
    const letters = tickLabel(largest, step, largest).length;
    step = niceStep(Math.max(80, letters * 6.5 + 28) * nsPerPixel);
  }
  const ticks: Tick[] = [];
  // The first event is time 0: nothing is before it.
  const first = Math.max(0, Math.ceil(view.fromNs / step));
  for (let index = first; index * step <= view.toNs; index++) {
    ticks.push({ atNs: index * step, label: tickLabel(index * step, step, largest) });
  }
  return ticks;
}
