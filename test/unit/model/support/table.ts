/**
 * Recordings as text tables, so that a model's test reads like a story:
 *
 *     time      process  thread  event      fields
 *     0         101      .       image      command="python3 server.py"
 *     10..30    101      .       accept     descriptor=3 result=4 site=server.py:12
 *     30..      101      7       receive    descriptor=4
 *     40        kernel   .       rootEnded  process=101 status=9
 *
 * Times are milliseconds: a moment, `begin..end` of a call, or `begin..` of one that has not returned. Thread `.` is the
 * main one (debugger=1 marks a record as a debugger's own doing); process `kernel` is the supervisor's observer, and `native:101` a process's native recorder. Empty lines
 * and what follows `#` are skipped; so is the line of titles.
 */
import { events, type EventName } from '../../../../src/protocol/events';

export interface Row {
  readonly beginMs: number;
  /** Null for a moment. */
  readonly endMs: number | null;
  /** The call has not returned. */
  readonly open: boolean;
  readonly writer: 'python' | 'node' | 'native' | 'kernel';
  readonly process: number;
  readonly thread: number;
  readonly event: EventName;
  readonly fields: ReadonlyMap<string, string>;
}

const columns = /^(?<time>\S+)\s+(?<process>\S+)\s+(?<thread>\S+)\s+(?<event>\S+)\s*(?<fields>.*)$/;

export function parseTable(text: string): Row[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('time'))
    .map(parseLine);
}

function parseLine(line: string): Row {
  const parts = columns.exec(line)?.groups;
  if (parts === undefined) throw new Error(`not a line of a recording: ${line}`);
  const { time = '', process = '', thread = '', event = '', fields = '' } = parts;
  if (!(event in events)) throw new Error(`unknown event ${event} in: ${line}`);
  const [begin, end] = time.split('..');
  const [, named, number] = /^(?:(native|node):)?(.*)$/.exec(process)!;
  const writer = process === 'kernel' ? 'kernel' : ((named as 'native' | 'node' | undefined) ?? 'python');
  const pid = writer === 'kernel' ? 1 : Number(number);
  return {
    beginMs: Number(begin),
    endMs: end === undefined || end === '' ? null : Number(end),
    open: end === '',
    writer,
    process: pid,
    thread: thread === '.' ? pid : Number(thread),
    event: event as EventName,
    fields: new Map([...fields.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map((field) => [field[1] ?? '', field[2] ?? field[3] ?? ''])),
  };
}
