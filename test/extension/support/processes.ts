/** Whether processes are there, as the system says it and not as we believe it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of living processes that hold `word` as one of their words. */
export function processesWith(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes(word) ? [`${pid}: ${words.join(' ')}`] : [];
      } catch {
        return [];
      }
    });
}
