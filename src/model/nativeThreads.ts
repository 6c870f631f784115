/**
 * Threads of a Node process that run no JavaScript: libuv's pool, V8's helpers, the inspector's, and what an add-on starts. Nobody tells them apart: their
 * names are the kernel's, which older Nodes leave at "node". But the probe is loaded into every thread that runs JavaScript, and speaks
 * there first of all:
 *
 *     observer    threadSeen 102 ("node")     nobody else tells of it: it runs no JavaScript
 *     probe       threadBegin 103             a worker of the program's, from now on
 *
 * In Python a thread without words of its own may be the program's (_thread), so nothing is said of it.
 */
import { isCovered } from './coverage';
import type { Thread } from './thread';

export function isNative(thread: Thread): boolean {
  const { process } = thread;
  return !thread.begun && !thread.main && process.coverage.has('node') && isCovered(process);
}
