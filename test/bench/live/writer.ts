/**
 * A run that grows in real time: the made-up one, whose records are in their segments within a millisecond or two of the moment they are
 * of. A process of its own; its parent speaks for the subject, and hears at the end how many events there were.
 */
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { MadeRun, manifestOf } from '../recordings/madeRun';
import { RunFolder } from '../recordings/runFolder';

export type ToWriter = { type: 'speak'; workMs: number } | { type: 'end' };
export type FromWriter =
  /** Null: the run is over, and nothing was said. */
  | { type: 'spoken'; atMs: number | null }
  /** lateMs: by how much the writer was behind the clock, at worst: what it wrote then was late through no fault of a reader's. */
  | { type: 'ended'; events: number; seconds: number; lateMs: number };

const everyMs = 1;
/** What happened while this process was kept from running is stored in the order in which it happened, as programs do, not thread by thread. */
const stepNs = 0.5e6;
const seed = 1;

/** CLOCK_MONOTONIC, ns: exact to some hundred ns here. */
const clock = (): number => Number(process.hrtime.bigint());

function startTicks(): string {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function main(path: string, events: number): void {
  try {
    setPriority(-15); // The programs that it stands for are many, and each would have its share of a core.
  } catch {
    // Not ours to ask for; lateMs tells what that costs.
  }
  const startedNs = clock();
  const folder = new RunFolder(path, { ...manifestOf(startedNs), startedAt: new Date().toISOString(), supervisor: { pid: process.pid, start: startTicks() } });
  const run = new MadeRun(folder, { events, seed, startedNs, withSubject: true });
  let lateNs = 0;
  let goesOn = true;
  let until = startedNs;
  const advance = (now: number): boolean => {
    let more = true;
    do {
      until = Math.min(now, until + stepNs);
      more = run.advance(until);
      folder.flush();
    } while (more && until < now);
    return more;
  };
  const step = (): void => {
    const now = clock();
    if (run.now > startedNs) lateNs = Math.max(lateNs, now - last);
    last = now;
    goesOn = advance(now);
    if (goesOn) {
      setTimeout(step, everyMs);
      return;
    }
    folder.close();
    folder.tell({ complete: true, exit: { code: 0, signal: null } });
    tell({ type: 'ended', events: folder.events, seconds: (clock() - startedNs) / 1e9, lateMs: lateNs / 1e6 });
  };
  let last = startedNs;
  process.on('message', (message: ToWriter) => {
    if (message.type === 'end') process.exit(0);
    else {
      const at = clock();
      if (!goesOn) {
        tell({ type: 'spoken', atMs: null });
        return;
      }
      advance(at);
      run.subject?.speak(at, message.workMs * 1e6);
      advance(at);
      tell({ type: 'spoken', atMs: at / 1e6 });
    }
  });
  step();
}

function tell(message: FromWriter): void {
  process.send?.(message);
}

const [path, events] = process.argv.slice(2);
main(path!, Number(events));
