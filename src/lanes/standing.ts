/**
 * Who stands at which line now, and what was waited there: for the ends of the lines in the editor.
 *
 * A thread stands at the line of the call that it is in. Between its calls nobody knows where it is, so it stands nowhere then; but
 * a debugger that has stopped it says the line.
 */
import type { Model, Waiting } from '../model/model';
import type { Reference } from '../model/references';
import { Stalls } from '../model/stalls';
import { placeOf } from '../model/stopJoin';
import type { Task } from '../model/task';
import type { Thread } from '../model/thread';
import type { SourcePosition } from '../protocol/report';
import { mostStandingRows, type Standing, type StandingLine, type StandingRequest, type StandingRow } from '../protocol/standing';
import { spanStates, type SpanState } from '../protocol/states';
import { addWait, LineTally, type LineSum } from './lineTally';
import { hasRow } from './tasks';
import { labelOf } from './things';

/** What is counted of a model, which may be replaced by another one. */
const tallies = new WeakMap<Model, LineTally>();

/** @param nowNs the present, ns from the first event. */
export function standing(model: Model, { files, directory }: StandingRequest, nowNs: number): Standing {
  let tally = tallies.get(model);
  if (tally === undefined) tallies.set(model, (tally = new LineTally(model)));
  const counted = tally.count();
  const lines = new Lines(files, directory);
  const stalls = new Stalls(model, nowNs + model.originNs);
  for (const { waiting, row, sum } of tally.places) {
    const line = lines.at(model.waitSite(waiting, row));
    if (line === null) continue;
    line.waits += sum.waits;
    line.waitedNs += sum.waitedNs;
    line.longestNs = Math.max(line.longestNs, sum.longestNs);
  }
  for (const thread of model.threads) {
    addUnsettled(model, thread, tally, lines);
    addStarted(model, thread, lines);
    if (thread.endNs === null && !standsStopped(model, thread, stalls, lines)) standsInCall(model, thread, thread, lines);
  }
  for (const task of model.tasks) {
    addUnsettled(model, task, tally, lines);
    if (task.overNs === null && hasRow(task, model.latestNs)) standsInCall(model, task, task.thread, lines);
  }
  for (const { bornAt } of model.processes) {
    const line = lines.of(model, bornAt);
    if (line !== null) line.processes++;
  }
  return { nowNs, counted, files: lines.listed() };
}

/** Rows that are over but may still be told otherwise. */
function addUnsettled(model: Model, waiting: Waiting, tally: LineTally, lines: Lines): void {
  const { waits } = waiting;
  for (let row = tally.firstUnsettled(waiting); row < waits.count; row++) {
    const end = waits.end(row);
    if (Number.isNaN(end)) continue;
    const line: LineSum | null = lines.at(model.waitSite(waiting, row));
    if (line !== null) addWait(line, end - waits.begin(row));
  }
}

function addStarted(model: Model, thread: Thread, lines: Lines): void {
  const line = lines.of(model, thread.startedAt);
  if (line !== null) line.threadsStarted++;
}

function standsInCall(model: Model, thing: Thread | Task, thread: Thread, lines: Lines): void {
  const { waits } = thing;
  const last = waits.count - 1;
  if (waits.open) stand(model, thing, thread, lines, { site: model.waitSite(thing, last), state: spanStates[waits.reason(last)]!, beginNs: waits.begin(last) });
}

/** Whether a debugger has stopped it. One that was stopped along inside of a call stands in that. */
function standsStopped(model: Model, thread: Thread, stalls: Stalls, lines: Lines): boolean {
  const band = stalls.standing(thread);
  if (band === null) return false;
  const told = band.halt.thread === thread ? placeOf(model, band.halt) : null;
  const site = told ?? model.site(model.stops.suspensionOf(thread)?.site ?? null);
  if (site === null) return false;
  stand(model, thread, thread, lines, { site, state: 'stopped', beginNs: band.fromNs });
  return true;
}

interface Place {
  readonly site: SourcePosition | null;
  readonly state: SpanState;
  /** Model time. */
  readonly beginNs: number;
}

function stand(model: Model, thing: Thread | Task, { process }: Thread, lines: Lines, { site, state, beginNs }: Place): void {
  const line = lines.at(site);
  if (line === null) return;
  if (thing.kind === 'thread') line.threads++;
  else line.tasks++;
  lines.stands(line, beginNs - model.originNs, (sinceNs) => ({
    row: thing.id,
    label: labelOf(model, thing),
    process: { row: process.id, label: labelOf(model, process), pid: process.pid },
    state,
    sinceNs,
  }));
}

interface Stander {
  readonly sinceNs: number;
  tell(sinceNs: number): StandingRow;
}

/** The lines of some files, made when something is found there. */
class Lines {
  private readonly byFile: ReadonlyMap<string, Map<number, StandingLine>>;
  private readonly standers = new Map<StandingLine, Stander[]>();

  constructor(
    files: readonly string[],
    private readonly directory: string | null,
  ) {
    this.byFile = new Map(files.map((file) => [file, new Map<number, StandingLine>()]));
  }

  /** Null where it is in none of the files. */
  at(site: SourcePosition | null): StandingLine | null {
    if (site === null || site.line < 1) return null;
    const lines = this.byFile.get(site.file) ?? (this.directory === null ? undefined : this.byFile.get(inDirectory(this.directory, site.file)));
    if (lines === undefined) return null;
    let line = lines.get(site.line);
    if (line === undefined) {
      line = { line: site.line, threads: 0, tasks: 0, rows: [], waits: 0, waitedNs: 0, longestNs: 0, processes: 0, threadsStarted: 0 };
      lines.set(site.line, line);
    }
    return line;
  }

  of(model: Model, place: Reference | null): StandingLine | null {
    return place === null ? null : this.at(model.site(place));
  }

  /** @param tell what is said of it, where it is among those that are told. */
  stands(line: StandingLine, sinceNs: number, tell: (sinceNs: number) => StandingRow): void {
    const list = this.standers.get(line);
    if (list === undefined) this.standers.set(line, [{ sinceNs, tell }]);
    else list.push({ sinceNs, tell });
  }

  listed(): Standing['files'] {
    for (const [line, list] of this.standers) {
      list.sort((a, b) => a.sinceNs - b.sinceNs);
      line.rows = list.slice(0, mostStandingRows).map(({ sinceNs, tell }) => tell(sinceNs));
    }
    return [...this.byFile].flatMap(([file, lines]) => (lines.size === 0 ? [] : [{ file, lines: [...lines.values()].sort((a, b) => a.line - b.line) }]));
  }
}

/** A relative position is the program's directory's. */
function inDirectory(directory: string, file: string): string {
  return file.startsWith('/') ? file : `${directory.replace(/\/$/, '')}/${file.replace(/^(\.\/)+/, '')}`;
}
