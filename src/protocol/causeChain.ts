/**
 * Why something waits, link by link: a client stands in the queue, because a thread serves another client, which sends nothing.
 * The words are the panel's: a link says which sentence (`why`) and what it names.
 */
import type { SourcePosition } from './report';
import type { SpanState } from './states';

export interface CauseChainRequest {
  row: string;
  /** ns from the first event. */
  atNs: number;
}

/**
 * What a link waits for; `next` is the next link, or the one that it leads back to.
 *
 *     queued     connection: until next accepts it                     heldLock   thread: for the lock `on`, which next holds
 *     otherEnd   connection: for its other end, which next serves      ownLock    thread: for the lock `on`, which it holds itself
 *                                                                      worksOn    thread: for the result `on`, which next works on
 *     busy       connection, task: next is at something else           woken      thread: until next woke it
 *     bytes      thread, task: for bytes of `on`                       ended      thread: for the end of next
 *     room       thread, task: until `on` takes its bytes              channel    thread: for next, at the other end of `on`
 *     silent     connection: its peer, which is not traced, sends nothing           reaped   zombie: until next fetches its exit code
 *     slow       connection: its peer, which is not traced, reads nothing           itself   nobody: its state says it
 */
export const causeReasons = ['queued', 'otherEnd', 'busy', 'bytes', 'room', 'silent', 'slow', 'heldLock', 'ownLock', 'worksOn', 'woken', 'ended', 'channel', 'reaped', 'itself'] as const;
export type CauseReason = (typeof causeReasons)[number];

/** A row's id, and what people call it; of a thing without a row what the report calls it. */
export interface Named {
  id: string;
  label: string;
}

export interface CauseLink {
  row: string;
  label: string;
  /** Of a thread, a task or a connection: the process that it is in, or whose thread owns it; null where nobody does. */
  process: Named | null;
  /** The moment that is meant; within the span. */
  atNs: number;
  state: SpanState;
  beginNs: number;
  /** Null: it goes on. */
  endNs: number | null;
  why: CauseReason;
  /** The lock, the connection or the channel that it waits for. */
  on: Named | null;
  /** Of a thread that keeps a client waiting: whom it serves. */
  serves: Named | null;
  site: SourcePosition | null;
  /** Place in `links` of the row that it leads back to: they wait in a circle. */
  backTo: number | null;
}

export interface CauseChain {
  /** What was asked for, then what each waits for. Empty where the row does nothing at the moment. */
  links: CauseLink[];
  /** It goes on beyond the last link. */
  more: boolean;
}
