/**
 * What a thread did in the times between its waits, told for each look at its account: what it did most between that look and the one
 * before, waits aside (`mostOf`). A time between waits that is too thin to be drawn is counted as that, however wide the bins are: it is
 * the finest that is known of it, and so it is one span that can be summed up once for every zoom.
 *
 *     looks      ──┼───────────┼───────┼──────────     the kernel's account, some 20 a second
 *     waits      ▒▒   ▒▒ ▒   ▒▒▒▒ ▒▒▒▒▒   ▒▒
 *     states       │  running  │  gil  │  as the account says (it changes until the next look)
 *
 * Kept in a byte for each look, and looks and waits are walked once, side by side: to ask the account anew at each time between waits
 * took most of a thread's lane.
 */
import { mostOf, type Account, type Cell, type Shares } from '../model/account';
import { grown } from '../model/columns';
import { SpanRows } from '../model/rowTable';
import { restStates, SampleRows } from '../model/samples';
import type { Thread } from '../model/thread';
import { stateCode } from '../protocol/states';

export const shareState: Readonly<Record<keyof Shares, number>> = {
  running: stateCode.running,
  ready: stateCode.ready,
  gil: stateCode.gil,
  blocked: stateCode.blocked,
  stopped: stateCode.stopped,
  unknown: stateCode.active,
};

/** So many looks are tried one after the other before the next one is searched. */
const nearLooks = 4;

const looks = new SampleRows();
const waitRows = new SpanRows();
const cell: Cell = { begin: 0, end: 0, run: 0, ready: 0, rest: 'unknown', onCpuFirst: true, covered: 0 };

export class ThreadStates {
  /** Up to where `stateAt` told. */
  until = -Infinity;
  /** Whether all looks were judged. */
  isComplete = true;
  /** By look: the state since the one before. */
  private states: Uint8Array | null = null;
  private count = 0;
  /** Waits that have been looked at. */
  private waits = 0;
  private heldUntilNs = -Infinity;
  /** The look that was found last. */
  private near = 0;

  constructor(private readonly thread: Thread) {}

  /** The last look; -Infinity before the first. */
  get lookedNs(): number {
    return this.count === 0 ? -Infinity : this.thread.samples.at(this.count - 1);
  }

  /**
   * Takes in what is new or changed.
   * @param touched the first row of `thread.waits` that was changed or taken away since.
   * @param most about so many waits and looks are gone through: what was not judged yet the account itself is asked for, and the next call goes on.
   * @returns from when on something else may be said than before; Infinity where nothing is.
   */
  update(account: Account, touched: number, most = Infinity): number {
    const { samples, waits } = this.thread;
    const known = this.count;
    let from = Math.min(known, samples.touchedFrom);
    samples.touchedFrom = samples.count;
    const row = Math.min(touched, this.waits);
    if (known > 0 && row < Math.max(waits.count, this.waits)) {
      const changed = row === 0 ? -Infinity : waits.end(row - 1);
      if (!(changed >= this.lookedNs)) from = Math.min(from, samples.firstAfter(changed));
    }
    this.waits = waits.count;
    // What follows the last look is otherwise when another one comes, or when it stands for longer.
    let changedNs = samples.count !== known || account.heldUntilNs !== this.heldUntilNs ? this.lookedNs : Infinity;
    this.heldUntilNs = account.heldUntilNs;
    this.count = samples.count;
    if (from < samples.count) changedNs = Math.min(changedNs, this.judge(account, from, known, most));
    this.isComplete = this.count === samples.count;
    return changedNs;
  }

  /** The state of a thin time between waits that begins then; the same until `until`. */
  stateAt(ns: number, account: Account): number {
    const { samples } = this.thread;
    const { count } = this;
    let look = this.near;
    if (look >= count || (look > 0 && samples.at(look - 1) > ns)) look = samples.firstAfter(ns);
    else {
      const last = Math.min(look + nearLooks, count);
      while (look < last && samples.at(look) <= ns) look++;
      if (look < count && samples.at(look) <= ns) look = samples.firstAfter(ns);
    }
    this.near = look;
    if (look < count) {
      this.until = samples.at(look);
      return this.states![look]!;
    }
    const after = account.cellAt(ns);
    this.until = after.end;
    return shareState[mostOf(after)];
  }

  /**
   * Judges the looks from this one on, those that were judged before in any case.
   * @param known so many were judged before.
   * @returns from when on one is judged otherwise.
   */
  private judge(account: Account, from: number, known: number, most: number): number {
    const { samples, waits } = this.thread;
    let states = this.states;
    if (states === null || states.length < this.count) {
      const size = 2 ** Math.ceil(Math.log2(this.count + 1));
      this.states = states = states === null ? new Uint8Array(size) : grown(states, size);
    }
    let begin = from === 0 ? account.sinceNs : samples.at(from - 1);
    let run = from === 0 ? 0 : samples.run(from - 1);
    let ready = from === 0 ? 0 : samples.ready(from - 1);
    let changed = Infinity;
    let row = waits.firstEndingAfter(begin);
    waitRows.count = 0;
    let at = 0;
    const firstRow = row;
    for (let look = from; look < this.count; look += looks.count) {
      if (look > known && look - from + row - firstRow > most) {
        this.count = look;
        break;
      }
      samples.read(look, looks);
      for (let each = 0; each < looks.count; each++) {
        const end = looks.at[each]!;
        cell.begin = begin;
        cell.end = end;
        cell.run = Math.min(looks.run[each]! - run, end - begin);
        cell.ready = Math.min(looks.ready[each]! - ready, end - begin - cell.run);
        cell.rest = restStates[looks.rest[each]!]!;
        cell.covered = 0;
        for (;;) {
          if (at === waitRows.count) {
            waits.read(row, waits.count, waitRows);
            at = 0;
            if (waitRows.count === 0) break;
            row += waitRows.count;
          }
          if (waitRows.begin[at]! >= end) break;
          const until = waitRows.end[at]!;
          // An open one goes on.
          const reaches = !(until <= end);
          cell.covered += Math.max(0, (reaches ? end : until) - Math.max(waitRows.begin[at]!, begin));
          if (reaches) break;
          at++;
        }
        // Before the first look nothing is known of a thread that is older than it is known.
        const state = look + each === 0 && begin >= end ? stateCode.active : shareState[mostOf(cell)];
        if (look + each < known && states[look + each] !== state) changed = Math.min(changed, look + each === 0 ? -Infinity : begin);
        states[look + each] = state;
        begin = end;
        run = looks.run[each]!;
        ready = looks.ready[each]!;
      }
    }
    return known === 0 ? -Infinity : changed;
  }
}
