/**
 * What the tests print reaches us mixed with what the workbench says about itself (sockets, grace times, a gallery
 * that it cannot reach). A reader of the test log wants the first alone, and the second only when a run goes wrong.
 *
 * So lines are held back until the suite says that it begins, and dropped after it says that it ends. A run that
 * goes wrong before its end shows everything.
 */
import { format } from 'node:util';

/** A suite prints these around its own output. */
export const SUITE_BEGINS = '[forkscope suite begins]';
export const SUITE_ENDS = '[forkscope suite ends]';

/** The workbench's chatter while a suite runs: known lines that say nothing about the tests. */
const CHATTER = [
  /^\[(remote-connection|reconnection-grace-time|AccountPolicyGate|AgentHost|Service Worker)/,
  /^(Creating a socket|Resolv(ing|ed) connection token|Creation of workbench contribution|Updating additional builtin)/,
  /open-vsx\.org/,
  /^ChatSessionStore/,
  // What extensions write to their log channels is printed a second time here.
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \[(trace|debug|info)\]/,
];

export class HostOutput {
  private state: 'before' | 'inside' | 'after' = 'before';
  private readonly held: (() => void)[] = [];
  private closed = false;

  /** `everything` turns the filter off. */
  constructor(private readonly everything: boolean) {}

  /** Whether a suite has said that it begins. */
  begun(): boolean {
    return this.state !== 'before';
  }

  /** Whether a suite has begun and not ended. */
  unfinished(): boolean {
    return this.state === 'inside';
  }

  /** Takes one message from the workbench. */
  take(type: string, words: readonly unknown[]): void {
    const text = format(...words).replace(/\n$/, '');
    if (this.closed) {
      return;
    }
    if (text === SUITE_BEGINS || text === SUITE_ENDS) {
      this.state = text === SUITE_BEGINS ? 'inside' : 'after';
      return;
    }
    const print = (): void => (type === 'error' || type === 'warn' ? console.error(text) : console.log(text));
    if (this.everything || (this.state === 'inside' && !CHATTER.some((known) => known.test(text)))) {
      print();
    } else {
      this.held.push(print);
    }
  }

  /**
   * The run is over; what the workbench says while it is taken down counts no more. A run that went wrong before
   * its suite's end shows what was held back.
   */
  close(wentWrong: boolean): void {
    this.closed = true;
    if (wentWrong && this.state !== 'after') {
      for (const print of this.held.splice(0)) {
        print();
      }
    }
  }
}
