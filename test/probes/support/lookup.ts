/** Finds things in a report by what a person knows of them: a client, a name, a line. Throws with what is there instead. */

import type {
  ArrowKind,
  Report,
  ReportArrow,
  ReportConnection,
  ReportFinding,
  ReportListener,
  ReportProcess,
  ReportThread,
  ReportWait,
  SourcePosition,
  WaitReason,
} from '../../../src/protocol/report';
import { lineOf } from './programs';
import type { Client } from './traffic';

const millisecond = 1e6;

/** A report of one program, with the questions that facts ask. */
export class Lookup {
  constructor(
    readonly report: Report,
    readonly program: string,
  ) {}

  get root(): ReportProcess {
    return one(this.report.processes, (process) => process.birth === 'root', 'root process', (process) => process.id);
  }

  /** The root's main thread. */
  get main(): ReportThread {
    return mainThread(this.root);
  }

  get listener(): ReportListener {
    return one(this.report.listeners, () => true, 'listener', (listener) => listener.address);
  }

  /** Every process that is not the root. */
  get children(): ReportProcess[] {
    return this.report.processes.filter((process) => process.birth !== 'root');
  }

  process(id: string | null): ReportProcess {
    return one(this.report.processes, (process) => process.id === id, `process ${id}`, (process) => process.id);
  }

  /** The multiprocessing.Process of this name. */
  worker(name: string): ReportProcess {
    return one(
      this.report.processes,
      (process) => process.multiprocessing?.name === name,
      `worker ${name}`,
      (process) => String(process.multiprocessing?.name),
    );
  }

  get threads(): ReportThread[] {
    return this.report.processes.flatMap((process) => process.threads);
  }

  thread(name: string): ReportThread {
    return one(this.threads, (thread) => thread.name === name, `thread ${name}`, (thread) => String(thread.name));
  }

  threadById(id: string | null): ReportThread {
    return one(this.threads, (thread) => thread.id === id, `thread ${id}`, (thread) => thread.id);
  }

  /** The server's end of a client's connection. */
  connection(client: Client): ReportConnection {
    const peer = `127.0.0.1:${client.port}`;
    return one(
      this.report.connections,
      (connection) => connection.role === 'server' && connection.peer === peer,
      `connection from ${peer}`,
      (connection) => String(connection.peer),
    );
  }

  arrows(kind: ArrowKind): ReportArrow[] {
    return this.report.arrows.filter((arrow) => arrow.kind === kind);
  }

  /** Whether an arrow leads from one thing to the other; a process also stands for its threads, and a thread for its process. */
  hasArrow(kind: ArrowKind, from: ReportProcess | ReportThread, to: ReportProcess | ReportThread): boolean {
    return this.arrows(kind).some((arrow) => this.#is(arrow.from, from) && this.#is(arrow.to, to));
  }

  findings(rule: string): ReportFinding[] {
    return this.report.findings.filter((finding) => finding.rule === rule);
  }

  finding(rule: string): ReportFinding {
    return one(this.report.findings, (finding) => finding.rule === rule, `finding ${rule}`, (finding) => finding.rule);
  }

  waits(thread: ReportThread, ...reasons: WaitReason[]): ReportWait[] {
    return thread.waits.filter((wait) => reasons.includes(wait.reason));
  }

  /** The longest wait of a thread for one of the reasons. */
  longestWait(thread: ReportThread, ...reasons: WaitReason[]): ReportWait {
    const [longest] = this.waits(thread, ...reasons).sort((a, b) => lengthMs(b) - lengthMs(a));
    if (longest === undefined) {
      const there = thread.waits.map((wait) => `${wait.reason} on ${wait.on}`).join(', ');
      throw new Error(`no wait for ${reasons.join(' or ')} in ${thread.name}; there are: ${there || 'none'}`);
    }
    return longest;
  }

  /** `program.py:LINE` of a position, to compare with `marked`. */
  line(at: SourcePosition | null): string {
    return at === null ? 'nowhere' : `${at.file.split('/').at(-1)}:${at.line}`;
  }

  /** `program.py:LINE` of the line that carries the marker. */
  marked(marker: string): string {
    return `${this.program}:${lineOf(this.program, marker)}`;
  }

  #is(id: string, thing: ReportProcess | ReportThread): boolean {
    if (id === thing.id) {
      return true;
    }
    return 'threads' in thing
      ? thing.threads.some((thread) => thread.id === id)
      : thing.main && this.report.processes.some((process) => process.id === id && process.threads.includes(thing));
  }
}

export function mainThread(process: ReportProcess): ReportThread {
  return one(process.threads, (thread) => thread.main, `main thread of ${process.id}`, (thread) => String(thread.name));
}

/** How long a wait was; one that never ended counts as endless. */
export function lengthMs(wait: ReportWait): number {
  return wait.endNs === null ? Infinity : (wait.endNs - wait.beginNs) / millisecond;
}

/** How long a client's connection stood in the queue. */
export function queuedMs(connection: ReportConnection): number {
  return connection.queuedNs === null || connection.acceptedNs === null
    ? Number.NaN
    : (connection.acceptedNs - connection.queuedNs) / millisecond;
}

export function zombieMs(process: ReportProcess): number {
  return process.zombieNs === null ? Number.NaN : process.zombieNs / millisecond;
}

function one<T>(all: readonly T[], wanted: (item: T) => boolean, what: string, show: (item: T) => string): T {
  const hits = all.filter(wanted);
  const [hit] = hits;
  if (hit === undefined || hits.length > 1) {
    throw new Error(`${hits.length} of: ${what}; there are: ${all.map(show).join(', ') || 'none'}`);
  }
  return hit;
}
