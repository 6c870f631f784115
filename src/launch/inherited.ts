/**
 * Descriptors that our caller left open for the program: a supervisor's listening sockets, a build's job server, a shell's
 * `3>log`. Node closes them on exec where it is not told otherwise.
 *
 * Only asked at the very start, what is open is the caller's or Node's own. Node's own are event queues (anon_inode) and pipes
 * with both ends here; the caller's pipes have one end here.
 */
import { readdirSync, readlinkSync } from 'node:fs';

/** The caller's descriptors from 3 on, ascending; none where /proc is missing. */
export function inheritedDescriptors(): number[] {
  const targets = new Map<number, string>();
  try {
    for (const name of readdirSync('/proc/self/fd')) targets.set(Number(name), targetOf(name));
  } catch {
    return [];
  }
  const uses = new Map<string, number>();
  for (const target of targets.values()) uses.set(target, (uses.get(target) ?? 0) + 1);
  const isCallers = (target: string): boolean =>
    target !== '' && target !== '/dev/null' && !target.startsWith('anon_inode:') && !(target.startsWith('pipe:') && uses.get(target)! > 1);
  return [...targets].filter(([descriptor, target]) => descriptor > 2 && isCallers(target)).map(([descriptor]) => descriptor).sort((a, b) => a - b);
}

/** What to give as spawn's `stdio`: ours for the first three, the caller's at their places, nothing between them. */
export function stdioWith(inherited: readonly number[]): ('inherit' | 'ignore' | number)[] {
  const stdio: ('inherit' | 'ignore' | number)[] = ['inherit', 'inherit', 'inherit'];
  for (const descriptor of inherited) {
    while (stdio.length < descriptor) stdio.push('ignore');
    stdio[descriptor] = descriptor;
  }
  return stdio;
}

function targetOf(name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return ''; // The descriptor of the listing itself.
  }
}
