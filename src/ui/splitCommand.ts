/**
 * A person types a command as they would in a shell, and it is started without one: no shell stands between the
 * supervisor and the program, so signals and exit codes stay the program's own. This is the part of a shell's
 * grammar that people type without thinking: blanks, both quotes and the backslash. Nothing is expanded.
 */

export type SplitCommand = { ok: true; words: string[] } | { ok: false; problem: 'empty' | 'open-quote' };

/** Splits a command line into words by POSIX quoting rules. */
export function splitCommand(text: string): SplitCommand {
  const words: string[] = [];
  /** null between words, so that '' is a word and a blank is not. */
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '\\' && at + 1 < text.length) {
      const next = text[++at]!;
      // Inside double quotes a backslash is itself but before a quote or another backslash.
      if (quote === '"' && next !== '"' && next !== '\\') word = (word ?? '') + char;
      // A backslash before a line's end joins the lines.
      if (next !== '\n') word = (word ?? '') + next;
    } else if (char === quote) {
      quote = null;
    } else if (quote === null && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === null && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) return { ok: false, problem: 'open-quote' };
  if (word !== null) words.push(word);
  return words.length === 0 ? { ok: false, problem: 'empty' } : { ok: true, words };
}

/** The inverse: words as one line that splits into the same words. */
export function joinCommand(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
