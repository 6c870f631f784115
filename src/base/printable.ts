/**
 * Names come from whatever program was recorded. Written raw to a terminal, an escape sequence among them would colour or clear
 * the screen, rename the window or answer in the person's place, and a character that turns the direction of writing would show
 * another name than the one that is there.
 */
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of text with its control characters shown: `\x1b[31m`, `\n`, `\u202e`. */
export function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return named[character] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`);
  });
}
