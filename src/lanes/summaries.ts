/**
 * The pyramids of a model's lanes (`lanePyramid.ts`), kept beside it. They are made a little at a time, never while somebody waits for a
 * tile: what is not summed up yet is walked. Before one is used what changed since is taken out of it.
 *
 *     while a recording is read     the lanes of the last tile: to sum up all would make the reading a tenth longer; the others while nothing
 *                                   is there to be read
 *     then                          all others, between what is asked for
 *
 * A block is made when its rows have settled: the latest ones of a table still change, and what a thread did between its waits is told
 * by the next look at its account.
 */
import type { Account } from '../model/account';
import type { Connection } from '../model/connection';
import { unseenFromNs } from '../model/coverage';
import type { Model } from '../model/model';
import { Pages } from '../model/packedRows';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { WaitColumns } from '../model/waits';
import { ActivitySource } from './activityLane';
import { KeptCells } from './keptCells';
import { LanePyramid, leafShift } from './lanePyramid';
import { betweenTasksWaits } from './tasks';
import { ThreadBetween } from './threadSpans';
import { ThreadStates } from './threadStates';
import { WaitSource } from './waitLane';

/** So many of a table's latest rows are walked: they change most. */
const latestRows = 64;
const blockRows = 1 << leafShift;
/** A look at a thread that is so old is the last one: what follows it is summed up too. */
const oldLookNs = 2e9;
/**
 * Lanes that one step visits, and blocks that it makes, at most: well below a ms, and some ten while its code is not compiled yet, for a tile may be
 * asked for meanwhile, and what is read waits. Who has more time makes several steps.
 */
const stepLanes = 4096;
const stepBlocks = 4;
/** Rows of a thread that a step goes through for what it did between them. */
const stepRows = stepBlocks * blockRows;

/** A thread's pyramid, and what its thin times between waits are. */
export class ThreadSummary {
  readonly states: ThreadStates;
  readonly pyramid: LanePyramid;
  private unseenNs = Infinity;
  /** Of what was looked at last: rows, looks, and up to when the last look stands. */
  private rows = 0;
  private looks = 0;
  private heldUntilNs = NaN;

  constructor(
    private readonly thread: Thread,
    pages: Pages,
    private readonly originNs: number,
  ) {
    this.states = new ThreadStates(thread);
    this.pyramid = new LanePyramid(pages, originNs);
  }

  /** Takes out what holds no more. @param most rows that are gone through for what the thread did between them: a tile wants them all. */
  refresh(account: Account, most = Infinity): this {
    const { thread: { waits, samples, process }, pyramid } = this;
    const touched = waits.touchedFrom;
    // The shares of a time that is drawn span by span come from looks around it, and from all that was waited for between them.
    const same = touched >= waits.count && waits.count === this.rows && samples.touchedFrom >= samples.count && samples.count === this.looks && account.heldUntilNs === this.heldUntilNs;
    if (!same) pyramid.cells?.clear();
    this.rows = waits.count;
    this.looks = samples.count;
    this.heldUntilNs = account.heldUntilNs;
    waits.touchedFrom = waits.count;
    pyramid.truncate(touched);
    let changedNs = this.states.update(account, touched, most);
    const unseenNs = unseenFromNs(process);
    if (unseenNs !== this.unseenNs) {
      changedNs = Math.min(changedNs, unseenNs, this.unseenNs);
      this.unseenNs = unseenNs;
      pyramid.cells?.clear();
    }
    // Of a row what is before it too: that begins where the row before ends.
    if (changedNs < Infinity && pyramid.rows > 0) pyramid.truncate(waits.firstEndingAfter(changedNs - 1));
    return this;
  }

  /** @param now model time. @returns how many blocks it made. */
  extend(model: Model, now: number, most: number): number {
    const { thread, states, pyramid } = this;
    const { waits } = thread;
    if (waits.count - latestRows < pyramid.rows + blockRows && waits.touchedFrom >= pyramid.rows) return 0;
    const account = model.account(thread, now);
    this.refresh(account, stepRows);
    let settled = waits.count - latestRows;
    const { lookedNs, isComplete } = states;
    if (lookedNs > now - oldLookNs || !isComplete) settled = Math.min(settled, waits.firstEndingAfter(lookedNs));
    // There is more to be done where not all was gone through.
    if (settled < pyramid.rows + blockRows) return isComplete ? 0 : 1;
    const between = new ThreadBetween(thread, account, { from: 0, to: 0, binNs: 0 }, () => undefined, states);
    return pyramid.extend(new WaitSource(waits, thread.startNs, this.originNs, between), settled, most);
  }
}

export class Summaries {
  private readonly pages = new Pages();
  private readonly threads: (ThreadSummary | undefined)[] = [];
  private readonly connections: (LanePyramid | undefined)[] = [];
  private readonly tasks: ({ readonly waits: WaitColumns; readonly pyramid: LanePyramid } | undefined)[] = [];
  private kept: KeptCells | null = null;
  private shown: (Connection | Task | Thread)[] = [];
  /** The lane that is visited next: connections, then threads, then tasks. */
  private next = 0;
  /** Lanes that were visited since one had something to sum up. */
  private idle = 0;

  /** The thread's, as it holds now. */
  thread(model: Model, thread: Thread, account: Account): ThreadSummary {
    this.shown.push(thread);
    return (this.threads[thread.number] ??= new ThreadSummary(thread, this.pages, model.originNs)).refresh(account);
  }

  /** Null where nothing of the lane is summed up. */
  connection(connection: Connection): LanePyramid | null {
    this.shown.push(connection);
    const pyramid = this.connections[connection.number];
    if (pyramid === undefined) return null;
    refresh(pyramid, connection.activity);
    return pyramid;
  }

  task(task: Task): LanePyramid | null {
    this.shown.push(task);
    const known = this.tasks[task.number];
    if (known?.waits !== task.waits) return null;
    refresh(known.pyramid, task.waits);
    return known.pyramid;
  }

  /** What tiles have shown. */
  cells({ originNs }: Model): KeptCells {
    if (this.kept?.originNs !== originNs) this.kept = new KeptCells(originNs);
    return this.kept;
  }

  /** A tile begins: those of its lanes that are asked for are the first to be summed up. */
  startTile(): void {
    this.shown = [];
  }

  /** Lanes of the last tile. */
  get lanes(): readonly (Connection | Task | Thread)[] {
    return this.shown;
  }

  /** Draws what nobody looks at: the last tile's lanes stay the first to be summed up. */
  aside(draw: () => void): void {
    const { shown } = this;
    draw();
    this.shown = shown;
  }

  /**
   * Sums up some of what has settled since.
   * @param now model time.
   * @param shownOnly those of the last tile alone.
   * @returns whether it stopped in the middle.
   */
  step(model: Model, now: number, shownOnly = false): boolean {
    if (Number.isNaN(model.originNs)) return false;
    let blocks = 0;
    for (const lane of this.shown) {
      blocks += this.extend(model, lane, now, stepBlocks - blocks);
      if (blocks >= stepBlocks) return true;
    }
    if (shownOnly) return false;
    const { connections, threads, tasks } = model;
    const lanes = connections.length + threads.length + tasks.length;
    for (let visited = 0; visited < Math.min(lanes, stepLanes) && blocks < stepBlocks; visited++) {
      if (this.next >= lanes) this.next = 0;
      const at = this.next++;
      const lane = connections[at] ?? threads[at - connections.length] ?? tasks[at - connections.length - threads.length]!;
      const made = this.extend(model, lane, now, stepBlocks - blocks);
      this.idle = made > 0 ? 0 : this.idle + 1;
      blocks += made;
    }
    return blocks >= stepBlocks;
  }

  /** Whether there was nothing left to do when each lane was visited last. */
  isComplete({ connections, threads, tasks }: Model): boolean {
    return this.idle >= connections.length + threads.length + tasks.length;
  }

  private extend(model: Model, lane: Connection | Task | Thread, now: number, most: number): number {
    switch (lane.kind) {
      case 'connection':
        return this.extendConnection(model, lane, most);
      case 'thread':
        return this.extendThread(model, lane, now, most);
      case 'task':
        return this.extendTask(model, lane, most);
    }
  }

  private extendConnection(model: Model, { number, activity }: Connection, most: number): number {
    const known = this.connections[number];
    if (known === undefined && activity.count - latestRows < blockRows) return 0;
    const pyramid = known ?? (this.connections[number] = new LanePyramid(this.pages, model.originNs));
    refresh(pyramid, activity);
    if (activity.count - latestRows < pyramid.rows + blockRows) return 0;
    return pyramid.extend(new ActivitySource(activity, model.originNs), activity.count - latestRows, most);
  }

  private extendThread(model: Model, thread: Thread, now: number, most: number): number {
    let known = this.threads[thread.number];
    if (known === undefined) {
      if (thread.waits.count - latestRows < blockRows) return 0;
      known = this.threads[thread.number] = new ThreadSummary(thread, this.pages, model.originNs);
    }
    return known.extend(model, now, most);
  }

  private extendTask(model: Model, { number, waits, startNs }: Task, most: number): number {
    const known = this.tasks[number];
    if (known === undefined && waits.count - latestRows < blockRows) return 0;
    if (known !== undefined && known.waits !== waits) {
      known.pyramid.truncate(0);
      this.tasks[number] = undefined;
      return 0;
    }
    const { pyramid } = known ?? (this.tasks[number] = { waits, pyramid: new LanePyramid(this.pages, model.originNs) });
    refresh(pyramid, waits);
    if (waits.count - latestRows < pyramid.rows + blockRows) return 0;
    return pyramid.extend(new WaitSource(waits, startNs, model.originNs, betweenTasksWaits), waits.count - latestRows, most);
  }
}

function refresh(pyramid: LanePyramid, rows: { readonly count: number; touchedFrom: number }): void {
  pyramid.truncate(rows.touchedFrom);
  rows.touchedFrom = rows.count;
}

const kept = new WeakMap<readonly Thread[], Summaries>();

/** Those of the model, also of what it is at a later moment (`Model.until`). */
export function summariesOf(model: Model): Summaries {
  let summaries = kept.get(model.threads);
  if (summaries === undefined) kept.set(model.threads, (summaries = new Summaries()));
  return summaries;
}
