/** A colour of the palette that lets what is below it be seen. */
import { parseColor } from './colors';

/** @param opacity 0 to 1. */
export function veil(color: string, opacity: number): string {
  const [red, green, blue] = parseColor(color, [0, 0, 0]) ?? [128, 128, 128];
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}
