/** The sample programs, and the lines in them that facts name. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(__dirname, '../../programs');

export function programPath(program: string): string {
  return join(folder, program);
}

/** The number of the one line of a program that carries the comment `# marker`. */
export function lineOf(program: string, marker: string): number {
  const lines = readFileSync(programPath(program), 'utf8').split('\n');
  const hits = lines.flatMap((line, index) => (line.trimEnd().endsWith(`# ${marker}`) ? [index + 1] : []));
  const [line] = hits;
  if (line === undefined || hits.length > 1) {
    throw new Error(`${program} has ${hits.length} lines marked "# ${marker}", not one`);
  }
  return line;
}
