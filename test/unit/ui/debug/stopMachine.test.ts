import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mark } from '../../../../src/protocol/marks';
import { StopMachine, type NativeThread } from '../../../../src/ui/debug/stopMachine';

/** A session that is told things one after the other; times are 1, 2, 3 … */
class Session {
  readonly machine: StopMachine;
  private clock = 0;

  constructor(number = 1, nativeOf?: NativeThread, process: number | null = 700) {
    this.machine = new StopMachine({ number, parent: null, type: 'debugpy', name: 'echo', process }, nativeOf);
  }

  event(event: string, body: object = {}): Mark[] {
    return this.machine.take({ type: 'event', seq: 1, event, body }, this.now());
  }

  ask(seq: number, command: string, args: object = {}): void {
    this.machine.asked({ type: 'request', seq, command, arguments: args });
  }

  answer(request_seq: number, command: string, body: object = {}, success = true): Mark[] {
    return this.machine.take({ type: 'response', seq: 1, request_seq, command, body, success }, this.now());
  }

  now(): string {
    return String(++this.clock);
  }
}

/** The marks without what all of them have. */
const brief = (marks: readonly Mark[]): unknown[] =>
  marks.map((mark) => {
    switch (mark.kind) {
      case 'stop':
        return ['stop', mark.at, mark.debugThread, mark.reason, mark.all];
      case 'continue':
        return ['continue', mark.at, mark.debugThread, mark.all, mark.how];
      case 'thread':
        return ['thread', mark.debugThread, mark.phase, mark.name, mark.thread];
      case 'session':
        return ['session', mark.phase, mark.process];
      case 'exit':
        return ['exit', mark.code];
      case 'breakpoint':
        return ['breakpoint', mark.file, mark.line, mark.phase];
    }
  });

describe('a stop', () => {
  it('lasts from stopped to continued, whatever thread that names', () => {
    const session = new Session();
    expect(brief(session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true }))).toEqual([['stop', '1', 3, 'breakpoint', true]]);
    expect(brief(session.event('continued', { threadId: 1, allThreadsContinued: true }))).toEqual([['continue', '2', 1, true, 'continued']]);
    expect(session.machine.stops).toEqual([]);
  });

  it('ends with the answer to continue where no event says so', () => {
    const session = new Session();
    session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    session.ask(8, 'continue', { threadId: 3 });
    expect(brief(session.answer(8, 'continue', { allThreadsContinued: true }))).toEqual([['continue', '2', 3, true, 'response']]);
    expect(session.event('continued', { threadId: 3 })).toEqual([]);
  });

  it('does not end with an answer that comes behind the next stop', () => {
    const session = new Session();
    session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    session.ask(8, 'next', { threadId: 3 });
    session.event('continued', { threadId: 3 });
    session.event('stopped', { reason: 'step', threadId: 3, allThreadsStopped: true });
    expect(session.answer(8, 'next')).toEqual([]);
    expect(session.machine.stops.map(({ reason }) => reason)).toEqual(['step']);
  });

  it('does not end with an answer that says no', () => {
    const session = new Session();
    session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    session.ask(8, 'continue', { threadId: 3 });
    expect(session.answer(8, 'continue', {}, false)).toEqual([]);
    expect(session.machine.stops).toHaveLength(1);
  });

  it('of a step is a new one, though nothing said that the last one ended', () => {
    const session = new Session();
    session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    expect(brief(session.event('stopped', { reason: 'step', threadId: 3, allThreadsStopped: true }))).toEqual([
      ['continue', '2', 3, true, 'stoppedAgain'],
      ['stop', '2', 3, 'step', true],
    ]);
  });

  it('without a thread is everybody’s, and ends whoever continues', () => {
    const session = new Session();
    expect(brief(session.event('stopped', { reason: 'pause' }))).toEqual([['stop', '1', null, 'pause', true]]);
    expect(brief(session.event('continued', { threadId: 2, allThreadsContinued: false }))).toEqual([['continue', '2', 2, true, 'continued']]);
  });

  it('of one thread lasts while another continues', () => {
    const session = new Session();
    session.event('stopped', { reason: 'breakpoint', threadId: 1, allThreadsStopped: false });
    session.event('stopped', { reason: 'breakpoint', threadId: 2, allThreadsStopped: false });
    expect(brief(session.event('continued', { threadId: 2, allThreadsContinued: false }))).toEqual([['continue', '3', 2, false, 'continued']]);
    expect(session.machine.stops.map(({ debugThread }) => debugThread)).toEqual([1]);
  });

  it('ends with its thread, with its session, with its program', () => {
    const one = { reason: 'breakpoint', threadId: 1, allThreadsStopped: false };
    const exited = new Session();
    exited.event('stopped', one);
    expect(brief(exited.event('thread', { reason: 'exited', threadId: 1 }))).toEqual([['continue', '2', 1, true, 'exited'], ['thread', 1, 'exited', null, null]]);
    const terminated = new Session();
    terminated.event('stopped', one);
    expect(brief(terminated.event('terminated'))).toEqual([['continue', '2', null, true, 'ended']]);
    const ended = new Session();
    ended.event('stopped', one);
    expect(brief(ended.event('exited', { exitCode: 3 }))).toEqual([['continue', '2', null, true, 'ended'], ['exit', 3]]);
    const crashed = new Session();
    crashed.event('stopped', one);
    expect(brief(crashed.machine.end('9'))).toEqual([['continue', '9', null, true, 'ended'], ['session', 'ended', 700]]);
    expect(crashed.machine.end('10')).toEqual([]);
    expect(crashed.event('stopped', one)).toEqual([]);
  });

  it('is none where only continued is said, as js-debug does at the start', () => {
    expect(new Session().event('continued', { threadId: 0, allThreadsContinued: false })).toEqual([]);
  });

  it('is told again with its line, and not with that of the next one', () => {
    const session = new Session();
    const [first] = session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    session.ask(5, 'stackTrace', { threadId: 3, startFrame: 0, levels: 1 });
    const frames = { stackFrames: [{ id: 4, line: 7, source: { path: '/srv/echo.py' } }] };
    expect(session.answer(5, 'stackTrace', frames)).toEqual([{ ...first, file: '/srv/echo.py', line: 7 }]);
    expect(session.answer(5, 'stackTrace', frames)).toEqual([]);
    session.ask(6, 'stackTrace', { threadId: 3, startFrame: 0 });
    session.event('stopped', { reason: 'step', threadId: 3, allThreadsStopped: true });
    expect(session.answer(6, 'stackTrace', frames)).toEqual([]);
    session.ask(7, 'stackTrace', { threadId: 3, startFrame: 1 });
    expect(session.answer(7, 'stackTrace', frames)).toEqual([]);
  });

  it('is told again with its thread once that is known', () => {
    const session = new Session(1, (_, __, name) => (name === 'Thread-1' ? 702 : null));
    const [first] = session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    const named = session.answer(4, 'threads', { threads: [{ id: 1, name: 'worker' }, { id: 3, name: 'Thread-1' }] });
    expect(brief(named.slice(0, 2))).toEqual([['thread', 1, 'named', 'worker', null], ['thread', 3, 'named', 'Thread-1', 702]]);
    expect(named.slice(2)).toEqual([{ ...first, thread: 702 }]);
    expect(session.answer(5, 'threads', { threads: [{ id: 1, name: 'worker' }, { id: 3, name: 'Thread-1' }] })).toEqual([]);
    // Asked itself.
    expect(brief(session.machine.learn(1, 705, '9'))).toEqual([['thread', 1, 'named', 'worker', 705]]);
    expect(session.machine.debugThreadOf(705)).toBe(1);
    expect(brief(session.event('stopped', { reason: 'pause', threadId: 1, allThreadsStopped: true })).at(-1)).toEqual(['stop', '4', 1, 'pause', true]);
    expect(session.machine.stops[0]!.thread).toBe(705);
  });

  it('forgets who a thread was when it exits: the number may come again', () => {
    const session = new Session(1, (_, __, name) => (name === 'one' ? 702 : null));
    session.answer(4, 'threads', { threads: [{ id: 3, name: 'one' }] });
    session.event('thread', { reason: 'exited', threadId: 3 });
    session.event('stopped', { reason: 'breakpoint', threadId: 3, allThreadsStopped: true });
    expect(session.machine.stops[0]!.thread).toBeNull();
  });

  it('waits for the process to know its thread', () => {
    const session = new Session(1, () => 702, null);
    session.event('stopped', { reason: 'entry', threadId: 1, allThreadsStopped: true });
    session.answer(4, 'threads', { threads: [{ id: 1, name: 'MainThread' }] });
    const marks = session.event('process', { systemProcessId: 700, name: 'echo.py' });
    expect(brief(marks.slice(0, 2))).toEqual([['session', 'process', 700], ['thread', 1, 'named', 'MainThread', 702]]);
    expect(marks[2]).toMatchObject({ kind: 'stop', at: '1', process: 700, thread: 702 });
  });
});

describe('sessions', () => {
  it('are apart: two at once share no stop', () => {
    const [one, two] = [new Session(1), new Session(2)];
    one.event('stopped', { reason: 'breakpoint', threadId: 1, allThreadsStopped: true });
    two.event('stopped', { reason: 'breakpoint', threadId: 1, allThreadsStopped: true });
    expect(brief(two.event('continued', { threadId: 1 }))).toEqual([['continue', '2', 1, true, 'continued']]);
    expect(one.machine.stops).toHaveLength(1);
  });

  it('begin, and begin again', () => {
    expect(brief(new Session(1, undefined, null).machine.begin('1', false))).toEqual([['session', 'started', null]]);
    expect(brief(new Session().machine.begin('1', true))).toEqual([['session', 'restarted', 700], ['session', 'process', 700]]);
  });

  it('tell their breakpoints as differences', () => {
    const session = new Session();
    const set = (seq: number, breakpoints: object[]): unknown[] => {
      session.ask(seq, 'setBreakpoints', { source: { path: '/srv/echo.py' } });
      return brief(session.answer(seq, 'setBreakpoints', { breakpoints }));
    };
    expect(set(1, [{ id: 0, verified: true, line: 7 }, { id: 1, verified: false, line: 9 }])).toEqual([['breakpoint', '/srv/echo.py', 7, 'set']]);
    expect(brief(session.event('breakpoint', { reason: 'changed', breakpoint: { id: 1, verified: true, line: 10 } }))).toEqual([['breakpoint', '/srv/echo.py', 10, 'set']]);
    expect(set(2, [{ id: 0, verified: true, line: 7 }])).toEqual([['breakpoint', '/srv/echo.py', 10, 'removed']]);
    expect(brief(session.event('breakpoint', { reason: 'removed', breakpoint: { id: 0 } }))).toEqual([['breakpoint', '/srv/echo.py', 7, 'removed']]);
  });
});

it('takes whatever an adapter says, and every stop ends', () => {
  const thread = fc.oneof(fc.nat(3), fc.constant(undefined), fc.constant('x'), fc.constant(-1), fc.constant(2 ** 40));
  const flag = fc.constantFrom(true, false, undefined, 'no');
  const event = fc.record({
    type: fc.constant('event'),
    event: fc.constantFrom('stopped', 'continued', 'thread', 'process', 'breakpoint', 'exited', 'terminated', 'other'),
    body: fc.oneof(fc.constant(undefined), fc.record({ threadId: thread, allThreadsStopped: flag, allThreadsContinued: flag, reason: fc.constantFrom('step', 'started', 'exited', 7), exitCode: fc.anything(), systemProcessId: fc.anything(), breakpoint: fc.anything() })),
  });
  const answer = fc.record({ type: fc.constant('response'), success: flag, request_seq: fc.nat(5), command: fc.constantFrom('continue', 'next', 'threads', 'stackTrace', 'setBreakpoints'), body: fc.anything() });
  const ask = fc.record({ type: fc.constant('request'), seq: fc.nat(5), command: fc.constantFrom('continue', 'next', 'stackTrace', 'setBreakpoints'), arguments: fc.anything() });
  fc.assert(
    fc.property(fc.array(fc.oneof(event, answer, ask, fc.anything())), (messages) => {
      const { machine } = new Session();
      let open = 0;
      let last: Mark | undefined;
      const count = (marks: readonly Mark[]): void => {
        for (const mark of marks) {
          if (mark.kind === 'stop' && mark.at === last?.at && mark.kind === last.kind) continue;
          last = mark;
          if (mark.kind === 'stop') open++;
          if (mark.kind === 'continue') open = mark.all ? 0 : open - 1;
        }
      };
      messages.forEach((message, index) => {
        machine.asked(message);
        // What is told again has the moment of the first telling.
        count(machine.take(message, String(index)).filter((mark) => mark.kind !== 'stop' || mark.at === String(index)));
        expect(machine.stops.length).toBe(open);
      });
      count(machine.end('end'));
      expect(open).toBe(0);
    }),
  );
});
