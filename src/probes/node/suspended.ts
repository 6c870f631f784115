/**
 * When a debugger holds this thread, and lets it go.
 *
 *     debugger (js-debug, DevTools) ──► inspector ◄── our session, in the thread itself
 *                                       paused, resumed: told to every session, before and after the thread stands still
 *
 * The debugger's own events reach the editor late by as long as it is busy; these are taken where it happens. A session of ours changes what is
 * asked of all sessions: a debugger's list of files to pass over counts only where every session passes over them, so ours passes over
 * every one. It holds nobody: with no other session a pause of ours ends at once. It hears of each script that is loaded, so it is made
 * only where a debugger could be.
 */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { recordFlags } from '../../protocol/events';
import { kinds, offsets } from '../../protocol/layout';
import { Observing } from './observing';
import type { Place } from './sites';

interface Inspector {
  readonly Session: new () => InspectorSession;
  url(): string | undefined;
}

interface InspectorSession {
  connect(): void;
  on(event: string, listener: (message: { params?: { reason?: string } }) => void): void;
  post(method: string, parameters?: object): void;
}

/** Steps that a debugger takes by itself, to look at a script before it runs. */
const ownReasons: ReadonlySet<string | undefined> = new Set(['instrumentation']);

export class Suspended extends Observing {
  /** Held, or it would be collected. */
  private readonly sessions: InspectorSession[] = [];
  /** Since when the thread stands still, ns; -1 while it runs. */
  private since = -1;
  private place: Place = { site: 0, flags: recordFlags.foreign };

  /**
   * @param isDebugged whether the process is, which a worker can't find out by itself.
   * @returns whether the thread's debugger is heard. Where it can't be, the editor's word for it is all there is.
   */
  listen(isDebugged: boolean): boolean {
    if (isMainThread ? !mayBeDebugged() : !isDebugged) return false;
    try {
      return this.connect();
    } catch {
      return false; // Node was built without an inspector, or the program may not use it.
    }
  }

  private connect(): boolean {
    const { Session, url } = createRequire(__filename)('node:inspector') as Inspector;
    if (isMainThread && url() === undefined) return false;
    const session = new Session();
    session.connect();
    session.on('Debugger.paused', ({ params }) => this.quietly(() => this.paused(params?.reason)));
    session.on('Debugger.resumed', () => this.quietly(() => this.resumed()));
    session.post('Debugger.enable', { maxScriptsCacheSize: 0 });
    session.post('Debugger.setBlackboxPatterns', { patterns: ['.*'] });
    this.sessions.push(session);
    return true;
  }

  private paused(reason: string | undefined): void {
    if (this.since >= 0 || ownReasons.has(reason)) return;
    this.since = this.loop.arrive(null, false);
    this.place = this.sites.here(true);
    this.tell(recordFlags.begin, 0);
    this.log.flush();
  }

  private resumed(): void {
    if (this.since < 0) return;
    this.tell(0, this.loop.passOver());
    this.since = -1;
    this.log.flush();
  }

  private tell(begins: number, end: number): void {
    const { log, place } = this;
    const at = log.begin(this.since);
    if (at < 0) return;
    log.time(at + offsets.suspended.end, end);
    log.view.setUint32(at + offsets.suspended.site, place.site, true);
    log.commit(kinds.suspended, begins | place.flags);
  }
}

/** Whether a debugger was asked for. To ask the inspector costs every program that has none a module. */
function mayBeDebugged(): boolean {
  return [process.env.NODE_OPTIONS ?? '', ...process.execArgv].some((word) => word.includes('--inspect'));
}
