/**
 * The states that lanes are drawn in. The index of a state in `spanStates` is its code in a tile: append only.
 * `family` is what colour and pattern go by; the words for people stand in the user interface's bundles.
 */
export const spanStates = [
  // a thread: in a recorded call that can block (by reason), or between such calls
  'accept', 'receive', 'send', 'connect', 'poll', 'lock', 'condition', 'semaphore', 'join', 'waitpid', 'sleep',
  'gil', 'queue', 'file', 'event', 'barrier', 'signal', 'pipe', 'future', 'executor',
  /** Between recorded calls: on a CPU or ready for one; which of them only the kernel knows. */
  'active',
  // what the kernel says of a thread
  'running', 'ready', 'blocked', 'stopped',
  // a connection
  /** Established, and not yet accepted. */
  'queued',
  /** Its owner waits for its bytes. */
  'receiveWait',
  /** Its owner is sending. */
  'sendWait',
  /** Its owner is between calls on it. */
  'working',
  /** Its owner waits for something else. */
  'idle',
  // a process
  'alive', 'zombie',
  /** Nothing is known. */
  'unknown',
  /** Several states at less than a pixel each. */
  'mixed',
] as const;

export type SpanState = (typeof spanStates)[number];

export const stateCode = Object.fromEntries(spanStates.map((state, code) => [state, code])) as Readonly<Record<SpanState, number>>;
