/**
 * Lengths of time that parts of the panel make themselves (a process's age, a range) without what a debugger's stops took. Tooltips, details and totals
 * come from the engine with that taken off; what stands here is asked for beside them, many in one question, once a second while the run grows.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { follow } from './follow';
import { lengthWithout, type StoppedSpan, type StoppedTime } from '../src/protocol/stopped';

type Ask = (spans: readonly StoppedSpan[]) => Promise<readonly StoppedTime[]>;

interface Known {
  readonly span: StoppedSpan;
  /** Null until it was answered. */
  stopped: StoppedTime | null;
  /** The question that it was last wanted before: what nobody shows is not asked for again. */
  wanted: number;
}

const againNs = 1e9;
/** Of a present or a play head that moves: one question a second. */
const second = (ns: number): number => Math.floor(ns / againNs) * againNs;

export class StoppedLengths {
  /** Whom to ask; the panel's. */
  ask: Ask = () => Promise.resolve([]);
  private readonly known = new Map<string, Known>();
  private readonly answers = signal(0);
  private turn = 0;
  private asked = 0;
  private soon = false;

  /** @param on the switch. @param clock the recording's present, ns. @param head of a replay; null where none is under way. */
  constructor(private readonly on: ReadonlySignal<boolean>, private readonly clock: ReadonlySignal<number>, private readonly head: ReadonlySignal<number | null>) {
    let last = NaN;
    effect(() => {
      const now = this.on.value ? second(this.clock.value) : NaN;
      if (Object.is(now, last)) return;
      last = now;
      if (Number.isNaN(now)) this.clear();
      else this.askSoon();
    });
  }

  /** How long it was, ns: whole while the switch is off or the engine has not answered yet. @param toNs null: it goes on. */
  length(rows: readonly string[] | null, fromNs: number, toNs: number | null, nowNs: number): number {
    const whole = Math.max(0, (toNs ?? nowNs) - fromNs);
    if (!this.on.value) return whole;
    follow(this.answers);
    const head = this.head.value;
    // A play head does not know what comes after it.
    const until = head === null ? toNs : Math.min(toNs ?? Infinity, second(head));
    const key = `${rows?.join() ?? ''} ${fromNs} ${until ?? ''}`;
    let entry = this.known.get(key);
    if (entry === undefined) {
      this.known.set(key, (entry = { span: { rows, fromNs, toNs: until }, stopped: null, wanted: 0 }));
      this.askSoon();
    }
    entry.wanted = this.asked;
    return entry.stopped === null ? whole : lengthWithout(fromNs, toNs, nowNs, entry.stopped);
  }

  /** Another recording is shown. */
  clear(): void {
    this.turn++;
    this.known.clear();
  }

  private askSoon(): void {
    if (this.soon) return;
    this.soon = true;
    queueMicrotask(() => {
      this.soon = false;
      void this.askNow();
    });
  }

  private async askNow(): Promise<void> {
    const turn = this.turn;
    const before = this.asked++;
    for (const [key, { wanted }] of this.known) if (wanted < before - 1) this.known.delete(key);
    // What is over stays as it was answered.
    const open = [...this.known.values()].filter(({ span, stopped }) => stopped === null || span.toNs === null);
    if (open.length === 0) return;
    const answers = await this.ask(open.map(({ span }) => span)).catch(() => []);
    if (turn !== this.turn || answers.length !== open.length) return;
    open.forEach((entry, at) => (entry.stopped = answers[at]!));
    this.answers.value++;
  }
}
