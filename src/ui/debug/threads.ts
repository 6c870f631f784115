/**
 * The same thread in both worlds. A debugger numbers threads by itself and calls them by name; the recording has the kernel's ids and
 * the same names. A name says who it is only where no other living thread of the process has it: else the thread is asked itself.
 */

export interface TracedThread {
  readonly tid: number;
  readonly name: string;
  readonly main: boolean;
  readonly alive: boolean;
}

/** What Python calls the thread that the process began with; its native id is the process's. */
const pythonMain = 'MainThread';

/** Types of js-debug: a session has one thread, a process's main thread or a worker. */
const nodeTypes: ReadonlySet<string> = new Set(['node', 'pwa-node']);

/**
 * The kernel's id of the thread that a debugger calls `name`; null where that can't be told.
 * @param type the adapter's. @param sessionName the session's, which js-debug ends with [PID] or, of a worker, [worker N]: with Node's own number for it, as the probe does.
 */
export function nativeThread(type: string, sessionName: string, process: number, name: string, traced: readonly TracedThread[]): number | null {
  if (nodeTypes.has(type)) {
    const worker = workerInName(sessionName);
    if (worker !== null) return traced.find((thread) => thread.alive && thread.name === `worker ${worker}`)?.tid ?? null;
    return processInName(type, sessionName) === process ? process : null;
  }
  const called = traced.filter((thread) => thread.alive && thread.name === name);
  if (called.length === 1) return called[0]!.tid;
  return called.length === 0 && name === pythonMain ? process : null;
}

/** The process whose session js-debug calls so; null for others' sessions, and for a worker's. */
export function processInName(type: string, sessionName: string): number | null {
  if (!nodeTypes.has(type)) return null;
  const pid = /\[(\d+)\](?: « .*)?$/.exec(sessionName)?.[1];
  return pid === undefined ? null : Number(pid);
}

/** Node's number of the worker thread whose session js-debug calls so. */
function workerInName(sessionName: string): string | null {
  return /\[worker (\d+)\]/i.exec(sessionName)?.[1] ?? null;
}

/** What a thread answers when it is asked in one of its frames; null where the debugger can't ask. */
export function askForNative(type: string): string | null {
  return type === 'debugpy' || type === 'python' ? '__import__("threading").get_native_id()' : null;
}

/** The answer to `askForNative`. */
export function nativeFromAnswer(result: unknown): number | null {
  return typeof result === 'string' && /^\d{1,9}$/.test(result) && Number(result) > 0 ? Number(result) : null;
}
