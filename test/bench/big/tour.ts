/** The fixed tour of viewports that a recording's tiles are asked for: what a person does who looks around in it. */

export interface Stop {
  readonly kind: 'whole' | 'zoom' | 'pan' | 'busy lane' | 'two seconds';
  readonly fromNs: number;
  readonly toNs: number;
  readonly rows: readonly string[];
}

/** Device pixels. */
export const tileWidth = 2400;
const rowsInSight = 60;
const pages = 12;
const zoomSteps = 14;
const centres = [0.13, 0.5, 0.81];
const pans = 24;
const twoSecondsNs = 2e9;

/** @param rows all, from top to bottom. @param busy the row with a tenth of all events. */
export function tourOf(lengthNs: number, rows: readonly string[], busy: string): Stop[] {
  const stops: Stop[] = [];
  const page = (number: number): string[] => {
    const first = Math.floor(((rows.length - rowsInSight) * number) / (pages - 1));
    return rows.slice(Math.max(0, first), Math.max(0, first) + rowsInSight);
  };
  for (let number = 0; number < pages; number++) stops.push({ kind: 'whole', fromNs: 0, toNs: lengthNs, rows: page(number) });
  const around = [...page(2).slice(0, rowsInSight - 1), busy];
  for (const centre of centres) {
    for (let step = 1; step <= zoomSteps; step++) stops.push({ kind: 'zoom', ...window(lengthNs, centre, lengthNs / 2 ** step), rows: around });
  }
  const wide = lengthNs / 64;
  for (let step = 0; step < pans; step++) stops.push({ kind: 'pan', ...window(lengthNs, 0.3 + (step * 0.25) / 64, wide), rows: around });
  for (let step = 0; step <= zoomSteps; step++) stops.push({ kind: 'busy lane', ...window(lengthNs, 0.37, lengthNs / 2 ** step), rows: [busy] });
  for (let number = 0; number < pages; number++) {
    stops.push({ kind: 'two seconds', ...window(lengthNs, (number + 0.5) / pages, Math.min(lengthNs, twoSecondsNs)), rows: page(number) });
  }
  return stops;
}

function window(lengthNs: number, centre: number, wide: number): { fromNs: number; toNs: number } {
  const fromNs = Math.max(0, Math.min(lengthNs - wide, centre * lengthNs - wide / 2));
  return { fromNs: Math.floor(fromNs), toNs: Math.ceil(fromNs + wide) };
}
