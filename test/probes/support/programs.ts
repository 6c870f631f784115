/** The sample programs, and the lines in them that facts name. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function programPath(program: string): string {
  return fileURLToPath(new URL(`../../programs/${program}`, import.meta.url));
}

/** The number of the one line of a program that carries the comment `# marker`, or `// marker`. */
export function lineOf(program: string, marker: string): number {
  const lines = readFileSync(programPath(program), 'utf8').split('\n');
  const hits = lines.flatMap((line, index) => (line.trimEnd().endsWith(`# ${marker}`) || line.trimEnd().endsWith(`// ${marker}`) ? [index + 1] : []));
  const [line] = hits;
  if (line === undefined || hits.length > 1) {
    throw new Error(`${program} has ${hits.length} lines marked "# ${marker}", not one`);
  }
  return line;
}
