/**
 * Reads what `strace -f -y -o FILE` writes: every line starts with a thread's id.
 *
 *     7579  accept4(3<socket:[2753101]>,  <unfinished ...>
 *     7980  exit(0)                           = ?
 *     7579  <... accept4 resumed>{sa_family=AF_INET, …}, [16], SOCK_CLOEXEC) = 4<socket:[2753484]>
 *     7579  +++ exited with 0 +++
 *
 * A call that others interrupted comes in two lines; here it is one again, at the place where it returned.
 */

export interface Call {
  readonly kind: 'call';
  readonly thread: number;
  readonly name: string;
  /** Everything between the parentheses. */
  readonly text: string;
  /** Null where it did not return. */
  readonly result: number | null;
  /** The file that the returned descriptor leads to. */
  readonly resultFile: string | null;
}

export interface End {
  readonly kind: 'end';
  readonly thread: number;
  readonly code: number | null;
  readonly signal: string | null;
}

export type Line = Call | End;

export function parseStrace(text: string): Line[] {
  const lines: Line[] = [];
  /** By thread: the first half of the call that it is in. */
  const begun = new Map<number, string>();
  for (const raw of text.split('\n')) {
    const [, id, rest = ''] = /^(\d+) +(?:\d+\.\d+ +)?(.*)$/.exec(raw) ?? [];
    if (id === undefined) continue;
    const thread = Number(id);
    const end = endOf(thread, rest);
    if (end !== null) {
      const open = begun.get(thread);
      if (open !== undefined) lines.push(callOf(thread, `${open}) = ?`));
      begun.delete(thread);
      lines.push(end);
    } else if (rest.endsWith('<unfinished ...>')) {
      begun.set(thread, rest.slice(0, -'<unfinished ...>'.length).trimEnd());
    } else {
      const [, tail] = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest) ?? [];
      const whole = tail === undefined ? rest : `${begun.get(thread) ?? ''}${tail}`;
      begun.delete(thread);
      if (/^\w+\(/.test(whole)) lines.push(callOf(thread, whole));
    }
  }
  return lines;
}

function endOf(thread: number, rest: string): End | null {
  const [, code] = /^\+\+\+ exited with (\d+) \+\+\+$/.exec(rest) ?? [];
  if (code !== undefined) return { kind: 'end', thread, code: Number(code), signal: null };
  const [, signal] = /^\+\+\+ killed by (SIG\w+)(?: \(core dumped\))? \+\+\+$/.exec(rest) ?? [];
  return signal === undefined ? null : { kind: 'end', thread, code: null, signal };
}

function callOf(thread: number, whole: string): Call {
  const [, name = '', text = '', answer = '?'] = /^(\w+)\((.*)\) += (.*)$/.exec(whole) ?? [];
  const [, result, file] = /^(-?\d+)(?:<(.*)>)?/.exec(answer) ?? [];
  const failure = / E[A-Z]+ /.exec(`${answer} `)?.[0].trim();
  return {
    kind: 'call',
    thread,
    name,
    text,
    result: result === undefined ? null : failure === 'EINPROGRESS' ? -115 : Number(result),
    resultFile: file ?? null,
  };
}

/** The descriptor that a call's first argument is, and the file it leads to: `3<socket:[4711]>`. */
export function firstDescriptor(call: Call): { descriptor: number; file: string } | null {
  const [, descriptor, file] = /^(\d+)<([^>]*)>/.exec(call.text) ?? [];
  return descriptor === undefined || file === undefined ? null : { descriptor: Number(descriptor), file };
}
