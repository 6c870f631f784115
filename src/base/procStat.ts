/** The kernel's /proc/PID/stat as text. The process's name stands in it in brackets and may hold anything, brackets and spaces too. */

/** Its fields from the third, the state, on: `[1]` is the parent, `[2]` the group, `[19]` the start in clock ticks since boot. */
export function statFields(text: string): string[] {
  return text.slice(text.lastIndexOf(')') + 2).trimEnd().split(' ');
}
