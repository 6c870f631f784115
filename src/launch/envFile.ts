/**
 * The file of variables that a launch configuration names (`envFile`), read as the debug adapters read it:
 *
 *     # a comment
 *     NAME=value # and another
 *     export NAME='as it is'
 *     NAME="over\ntwo lines"
 *
 * A quoted value may go on over several lines. What is no assignment is passed over.
 */
const quotes = new Set(['"', "'", '`']);

/** @param text the file's. @returns its variables; of one that is named twice the last. */
export function parseEnvFile(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    const [, name, first] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(lines[at]!) ?? [];
    if (name === undefined || first === undefined) continue;
    const end = quotes.has(first.charAt(0)) ? lastLineOf(lines, at, first) : -1;
    if (end < 0) {
      found.set(name, first.replace(/#.*$/, '').trim());
      continue;
    }
    found.set(name, quoted([first, ...lines.slice(at + 1, end + 1)].join('\n')));
    at = end;
  }
  return found;
}

/** The line with the quote that closes a value; -1 where none does: then the opening one is a letter like others. */
function lastLineOf(lines: readonly string[], from: number, first: string): number {
  const quote = first.charAt(0);
  for (let at = from; at < lines.length; at++) if (closing(at === from ? first.slice(1) : lines[at]!, quote) >= 0) return at;
  return -1;
}

/** Where a text has the quote without a backslash before it. */
function closing(text: string, quote: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function quoted(text: string): string {
  const quote = text.charAt(0);
  const inner = text.slice(1, 1 + closing(text.slice(1), quote));
  return quote === '"' ? inner.replace(/\\n/g, '\n').replace(/\\r/g, '\r') : inner;
}
