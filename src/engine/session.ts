/**
 * One opened recording: reads it, keeps its model, answers queries about it and says what changed.
 *
 * Reading goes in slices of at most 12 ms, so that queries are answered while a large recording is still being indexed.
 * A run that is live is tailed; its youngest records are held back (`holdBack.ts`), because an older one may still come. One that is later
 * than that makes the model late, and where the run's oldest part was dropped it knows too much: what is live has to be what is read tomorrow,
 * and its memory stay within what the disk's bound allows. Such a model is built again beside the one that is shown (`rebuilding.ts`).
 */
import type { Disposable } from '../base/disposable';
import { ForkscopeError } from '../base/errors';
import { buildReport } from '../insight/report';
import { answerQuery } from '../lanes/queries';
import { makeAhead, makeShownAhead } from '../lanes/ahead';
import { summariesOf } from '../lanes/summaries';
import { buildTile } from '../lanes/tile';
import type { Model } from '../model/model';
import type { RecordingSource } from '../protocol/engine';
import type { FindingsUpdate } from '../protocol/findings';
import type { Note } from '../protocol/notes';
import type { Answer, Query, QueryName } from '../protocol/queries';
import type { Report } from '../protocol/report';
import type { RunInfo } from '../protocol/rows';
import type { Tile, TileRequest } from '../protocol/tile';
import type { TilePatch } from '../protocol/tilePatch';
import type { RecordingReader } from '../recording/source';
import { version } from '../base/version';
import { FindingsWatch } from './findings';
import { Followers, type Followed } from './followers';
import { GivingWay } from './givingWay';
import { GrowingModel } from './growingModel';
import { HoldBack } from './holdBack';
import { IndexingPace } from './indexingPace';
import { Rebuilding } from './rebuilding';
import { RowSender, type Present, type SendRows } from './rowSender';
import { infoOf } from './runInfo';
import { Waiters } from './waiters';

/** Lanes are summed up for so long at a time. */
const sumUpMs = 4;
const sliceMs = 12;
/** Of what a look at the run's files has found, those who follow it get the first part before the last only where it takes longer to be taken in. */
const longestWaitMs = 40;
/** A model that changes is looked at so often: a screen's frames, and while a recording is read what an eye follows. */
const changedEveryMs = { live: 16, indexing: 250 };
/** Panels that follow the present hear of it by what they get: then it is said but now and then, for each message costs the editor's one thread, and a frame. */
const toldEveryMs = { followed: 1000, unfollowed: 250 };
/** Who is told asks for a tile: so many times as long as the last one took the reading goes on first. */
const tileRest = { live: 1, indexing: 19 };
/** An ended recording can't change; only a reopened file could. */
const idleMs = 1000;

export interface SessionListener {
  rows: SendRows;
  changed(nowNs: number): void;
  /** Where nobody listens, nothing is looked for. */
  findings?(update: FindingsUpdate): void;
  /** To a panel's question that goes on after its answer. */
  news?(panel: number, news: Tile | TilePatch): void;
  failed(error: unknown): void;
}

export interface Clock {
  /** CLOCK_MONOTONIC in nanoseconds. */
  monotonic(): bigint;
  /** Milliseconds, for measuring our own work. */
  milliseconds(): number;
}

export class Session implements Disposable {
  private shown: GrowingModel;
  private readonly rebuilding: Rebuilding;
  private readonly holdBack: HoldBack;
  private readonly rows: RowSender;
  private readonly watch: FindingsWatch;
  private readonly pace: IndexingPace;
  private readonly way: GivingWay;
  private readonly followers: Followers;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private immediate: ReturnType<typeof setImmediate> | undefined;
  private disposed = false;
  private lastChanged = -Infinity;
  private changedPending = false;
  private lastTold = -Infinity;
  private untold = false;
  /** How long the last tile took. */
  private tileMs = 0;
  /** When it is read on, and when reading what was there then began. */
  private readAfter = -Infinity;
  private lookedAt = -Infinity;
  private finished = false;
  /** Reading on was stopped by a person. */
  private cancelled = false;
  /** Reports that wait until what is shown stays as it is. */
  private readonly settled = new Waiters();

  /** @param open a second reader of the same recording. */
  constructor(
    reader: RecordingReader,
    private readonly clock: Clock,
    private readonly listener: SessionListener,
    open: (source: RecordingSource) => Promise<RecordingReader>,
  ) {
    const milliseconds = (): number => clock.milliseconds();
    this.shown = new GrowingModel(reader, reader.source.kind === 'file', milliseconds);
    this.rebuilding = new Rebuilding(open, milliseconds, () => this.wake());
    this.holdBack = new HoldBack(milliseconds);
    this.rows = new RowSender(milliseconds, (update, moved) => {
      listener.rows(update, moved);
      this.pace.sentRows(update.rows.length);
    });
    this.watch = new FindingsWatch(milliseconds, (update) => listener.findings?.(update));
    this.pace = new IndexingPace(milliseconds);
    this.way = new GivingWay(milliseconds);
    this.followers = new Followers(milliseconds, (panel, news) => listener.news?.(panel, news));
    this.schedule(0);
  }

  private get model(): Model {
    return this.shown.model;
  }

  private get reader(): RecordingReader {
    return this.shown.reader;
  }

  /** Where the recording stands now. */
  get source(): RecordingSource {
    return this.reader.source;
  }

  /** The first event's time, ns from the recording's base; NaN before it. */
  get originNs(): number {
    return this.model.originNs;
  }

  /** While a recording is read, when its turn has come. */
  tile(request: TileRequest): Tile | Promise<Tile> {
    return this.indexing ? this.pace.tile(() => this.makeTile(request)) : this.makeTile(request);
  }

  private makeTile(request: TileRequest): Tile {
    const began = this.clock.milliseconds();
    const tile = buildTile(this.model, request, this.nowNs());
    this.tileMs = this.clock.milliseconds() - began;
    this.way.asked();
    return tile;
  }

  /** The tile of a panel that follows the present. Null where it has asked anew meanwhile. */
  follow(panel: number, request: TileRequest): Followed | Promise<Followed> {
    return this.live ? this.followers.ask(panel, request, this.model, this.nowNs()) : this.tile(request);
  }

  query(query: Exclude<Query, { name: 'notes' }>): Answer<QueryName> {
    const answer = answerQuery(this.model, query, this.nowNs());
    this.way.asked();
    return answer;
  }

  /** What was read stays; a live run has nothing to cancel. */
  cancelIndexing(): void {
    if (this.indexing) this.cancelled = true;
    else if (!this.live) this.rebuilding.giveUp();
  }

  /**
   * The report of everything that is in the model; of a live run up to now, of one that is over what is read tomorrow: where its model has to be
   * built again, once that is done.
   * @param notes a person's, in the recording's time.
   * @throws ForkscopeError engine-stopped, where the recording is closed meanwhile.
   */
  async report(allWaits: boolean, notes: readonly Note[] = []): Promise<Report> {
    if (!this.live && !this.indexing && !this.isSettled) await this.settled.wait();
    return buildReport(this.model, this.reader, { version, allWaits, notes });
  }

  dispose(): void {
    this.disposed = true;
    this.settled.fail(new ForkscopeError('engine-stopped', 'The recording was closed.'));
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.followers.dispose();
    this.rebuilding.dispose();
    this.shown.dispose();
  }

  /** A timer of 0 ms takes one, a twelfth of each slice; an immediate lets requests in between too. */
  private schedule(ms: number): void {
    if (this.disposed) return;
    if (ms > 0) this.timer = setTimeout(() => this.step(), ms);
    else this.immediate = setImmediate(() => this.step());
  }

  /** Something has come. */
  private wake(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.schedule(0);
  }

  /** More may come to be written. */
  private get live(): boolean {
    return this.reader.live && this.reader.progress === null && !this.cancelled;
  }

  /** A recording at rest is being read. */
  private get indexing(): boolean {
    return this.reader.progress !== null && !this.cancelled;
  }

  /** Everything is read, nothing has to be built again: what is shown is what will be shown tomorrow. */
  private get isSettled(): boolean {
    return this.cancelled || (this.shown.left === 'nothing' && !this.live && !this.rebuilding.isDueFor(this.shown));
  }

  private step(): void {
    this.timer = undefined;
    try {
      this.schedule(this.work());
    } catch (error) {
      this.settled.fail(error);
      try {
        this.rows.send(this.present());
      } catch {
        // What broke the reading may break this too; out of a timer it would end the worker, and every other run with it.
      }
      this.listener.failed(error);
    }
  }

  /** Works for one slice; gives the milliseconds to wait before the next. */
  private work(): number {
    if (this.indexing && this.pace.awaitsTile) return sliceMs;
    if (!this.cancelled && this.clock.milliseconds() >= this.readAfter) this.read();
    const over = this.cancelled || (this.shown.left === 'nothing' && !this.live);
    this.rebuild(over);
    // Before the rows, which take longer.
    if (this.live) this.tellFollowers();
    const ended = this.isSettled;
    this.publish(ended);
    if (ended) this.settled.call();
    const wait = Math.min(this.sayChanged(ended), this.readIn(), this.rebuilding.dueIn(over));
    const busy = this.shown.left !== 'nothing' && !this.cancelled;
    const began = this.clock.milliseconds();
    const { quietIn } = this.way;
    const moreToDo = (ended && quietIn === 0 && this.makeShownAhead()) || this.sumUp(busy) || (ended && !summariesOf(this.model).isComplete(this.model)) ||
      (!busy && this.lookForFindings(ended)) || (ended && quietIn === 0 && makeAhead(this.model, this.nowNs()));
    // Of a run that is live there is little to sum up, and its records want to be read.
    if (moreToDo) return ended ? this.way.restAfter(began) : 0;
    return Math.min(wait, idleMs, ended && quietIn > 0 ? quietIn : Infinity);
  }

  /** Reads on for one slice. */
  private read(): void {
    const { shown } = this;
    const { model } = shown;
    const now = this.clock.milliseconds();
    if (shown.left === 'nothing') this.lookedAt = now;
    const before = model.eventCount;
    shown.take(this.untilKey(), sliceMs);
    if (model.eventCount !== before) this.noteChange();
    this.holdBack.saw(model.lateByNs);
    model.lateByNs = 0;
    // Read more often than it is told it would be told no sooner.
    if (shown.left === 'nothing') this.readAfter = this.live ? this.lookedAt + Math.max(this.reader.intervalMs, this.followers.everyMs) : now + idleMs;
  }

  /** Milliseconds until it is read on; where another thread reads it wakes this one. */
  private readIn(): number {
    const { shown } = this;
    if (this.cancelled || (shown.left === 'waiting' && this.live && shown.whenReady(() => this.wake()))) return Infinity;
    return shown.left === 'nothing' ? Math.max(0, this.readAfter - this.clock.milliseconds()) : 0;
  }

  /** Shows the one that was built again instead. */
  private rebuild(over: boolean): void {
    if (this.cancelled) return;
    const next = this.rebuilding.step(this.shown, this.untilKey(), over, this.presentNs());
    if (next === null) return;
    this.shown.dispose();
    this.shown = next;
    this.readAfter = -Infinity;
    this.followers.forget();
    this.noteChange();
  }

  private noteChange(): void {
    this.rows.changed();
    this.changedPending = true;
  }

  /** @returns whether there is more to look for at once. */
  private lookForFindings(ended: boolean): boolean {
    return this.listener.findings !== undefined && this.watch.step(this.model, ended, this.presentNs());
  }

  /** What is in sight comes before what is not: it is looked at from nearer next. @returns whether there is more of it to be made at once. */
  private makeShownAhead(): boolean {
    const summaries = summariesOf(this.model);
    return summaries.step(this.model, this.presentNs(), true) || makeShownAhead(this.model, this.nowNs());
  }

  /** @returns whether there is more to be summed up at once. */
  private sumUp(busy: boolean): boolean {
    const summaries = summariesOf(this.model);
    const since = this.clock.milliseconds();
    const some = (): boolean => {
      // A step is a ms or so, and what goes on around it as much again: several go together, but few enough that a tile does not wait for them.
      do if (!summaries.step(this.model, this.presentNs(), busy)) return false;
      while (this.clock.milliseconds() - since < sumUpMs);
      return true;
    };
    return this.indexing ? this.pace.ahead(some) : some();
  }

  /** @returns the milliseconds until it may be said again, where there is something to say; else Infinity. */
  private sayChanged(ended: boolean): number {
    const now = this.clock.milliseconds();
    const pace = this.indexing && !ended ? 'indexing' : 'live';
    if (this.changedPending) {
      const wait = this.lastChanged + Math.max(changedEveryMs[pace], tileRest[pace] * this.tileMs) - now;
      if (wait > 0) return Math.ceil(wait);
      this.lastChanged = now;
      this.changedPending = false;
      this.untold = true;
    }
    this.tellFollowers();
    if (this.untold && (pace === 'indexing' || ended || this.isTimeToTell(now))) this.tellAll(now);
    return Infinity;
  }

  /** All that is there at once, where that takes no longer than a slice or two. */
  private tellFollowers(): void {
    const now = this.clock.milliseconds();
    if (this.shown.left !== 'nothing' && now - this.lookedAt < longestWaitMs) return;
    this.followers.tell(this.model, this.nowNs());
  }

  private isTimeToTell(now: number): boolean {
    return now - this.lastTold >= toldEveryMs[this.followers.some ? 'followed' : 'unfollowed'];
  }

  private tellAll(now: number): void {
    this.lastTold = now;
    this.untold = false;
    this.listener.changed(this.nowNs());
  }

  private publish(ended: boolean): void {
    if (ended && !this.finished) {
      this.finished = true;
      this.changedPending = true;
      this.rows.send(this.present());
      this.pace.over();
    } else this.rows.step(this.present(), ended);
  }

  private present(): Present {
    return { model: this.model, nowNs: this.nowNs(), indexing: this.indexing, info: () => this.info() };
  }

  /** Later records are held back. */
  private untilKey(): number {
    return this.presentKey() - this.holdBack.ns;
  }

  /** The present on the scale of the records' keys. */
  private presentKey(): number {
    const { low, high } = this.reader.base;
    return Number(this.clock.monotonic() - ((BigInt(high) << 32n) | BigInt(low)));
  }

  /** The present: of a live run a moment ago, as far as records are in order; else the last event. Ns from the first event. */
  private nowNs(): number {
    const { originNs } = this.model;
    if (Number.isNaN(originNs)) return 0;
    return Math.max(0, Math.round(this.presentNs() - originNs));
  }

  /** The same on the scale of the records' keys. */
  private presentNs(): number {
    const { latestNs } = this.model;
    return this.live ? Math.max(this.untilKey(), latestNs) : latestNs;
  }

  private info(): RunInfo {
    const share = this.reader.progress ?? (!this.live && this.rebuilding.isDueFor(this.shown) ? this.rebuilding.share : null);
    const indexing = share === null ? null : { share, cancelled: this.cancelled };
    return infoOf(this.reader, this.model, { live: this.live, nowNs: this.nowNs(), indexing });
  }
}
