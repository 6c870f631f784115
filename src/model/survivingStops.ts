/** Of what a debugger told: the records without which what lasts could not be told. A stop that is over is forgotten with its time. */
import { debugThreadPhases, noDebugThread, sessionPhases } from '../protocol/events';
import { kinds, offsets } from '../protocol/layout';
import type { Reading } from './reading';
import type { Entry } from './survivorThings';

class SessionLife {
  /** How it began, what its process is. */
  entries: Entry[] = [];
  /** By the debugger's number. */
  readonly threads = new Map<number, Entry>();
  readonly stopped = new Map<number, Entry>();
}

export class SurvivingStops {
  private readonly sessions = new Map<number, SessionLife>();

  take(reading: Reading, entry: () => Entry): void {
    const at = offsets;
    switch (reading.kind) {
      case kinds.debugSession: {
        const number = reading.u32(at.debugSession.session);
        const phase = reading.u16(at.debugSession.phase);
        if (phase === sessionPhases.ended) {
          this.sessions.delete(number);
          return;
        }
        if (phase !== sessionPhases.process) this.sessions.delete(number);
        this.session(number).entries.push(entry());
        return;
      }
      case kinds.debugStop:
        this.session(reading.u32(at.debugStop.session)).stopped.set(reading.u32(at.debugStop.debugThread), entry());
        return;
      case kinds.debugContinue: {
        const { stopped } = this.session(reading.u32(at.debugContinue.session));
        const thread = reading.u32(at.debugContinue.debugThread);
        if (reading.u16(at.debugContinue.all) !== 0 || thread === noDebugThread) stopped.clear();
        stopped.delete(thread);
        stopped.delete(noDebugThread);
        return;
      }
      case kinds.debugThread: {
        const { threads, stopped } = this.session(reading.u32(at.debugThread.session));
        const thread = reading.u32(at.debugThread.debugThread);
        if (reading.u16(at.debugThread.phase) === debugThreadPhases.exited) {
          threads.delete(thread);
          stopped.delete(thread);
        } else threads.set(thread, entry());
        return;
      }
      case kinds.debugExit:
        this.session(reading.u32(at.debugExit.session)).stopped.clear();
        return;
      default:
        return;
    }
  }

  living(): Entry[] {
    return [...this.sessions.values()].flatMap(({ entries, threads, stopped }) => [...entries, ...threads.values(), ...stopped.values()]);
  }

  private session(number: number): SessionLife {
    let session = this.sessions.get(number);
    if (session === undefined) this.sessions.set(number, (session = new SessionLife()));
    return session;
  }
}
