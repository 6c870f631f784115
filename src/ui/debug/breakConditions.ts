/**
 * Conditions of breakpoints in Python, made of what was recorded: a descriptor, a process, a thread. They know no name of the program's: a socket is
 * found wherever the frame holds one, in a variable or in an attribute of a variable's object (`self.request`, asyncio's `reader._transport._sock`).
 *
 * A condition that raises stops the program, and one that runs the program's code changes it. So nothing is looked up by the
 * program's names (parameters of a lambda hide them), attributes are read past its own `__getattr__`, and only the C class of sockets is asked for its number.
 *
 * Each begins with a text, which is what the view of breakpoints shows of it, and by which ours are known after a reload.
 */
import type { ForkPlace, ReceivePlace } from '../../protocol/breakPlaces';

/** Begins the text of each. */
const mark = 'Forkscope: ';

/** @param said what a person reads of it in the view of breakpoints. */
export function receiveCondition({ descriptor, pid, thread }: Pick<ReceivePlace, 'descriptor' | 'pid' | 'thread'>, said: string): string {
  const own = thread === null ? '' : ` and __import__("threading").get_native_id() == ${thread}`;
  return `${text(said)} and __import__("os").getpid() == ${pid}${own} and ${holdsSocket(descriptor)}`;
}

export function forkCondition({ pid, children }: Pick<ForkPlace, 'pid' | 'children'>, said: string): string {
  if (children === null) return `${text(said)} and __import__("os").getpid() == ${pid}`;
  // A child that lives already comes to its line again and again.
  const known = children.length === 0 ? '' : ` and __import__("os").getpid() not in {${children.join(', ')}}`;
  return `${text(said)} and __import__("os").getppid() == ${pid}${known}`;
}

/** Whether a breakpoint's condition is one of these. */
export function isOwnCondition(condition: string | undefined): boolean {
  return condition?.startsWith(JSON.stringify(mark).slice(0, -1)) === true;
}

/** Python reads JSON's strings as its own. */
function text(said: string): string {
  return JSON.stringify(mark + said);
}

/**
 * d: the frame's variables. a: of an object its attributes, none of classes and of what has no dict. o: variables, then their objects' attributes; each of these too
 * with what it calls `_sock`.
 */
function holdsSocket(descriptor: number): string {
  const attributes = 'b.object.__getattribute__(x, "__dict__") if b.type(x).__dictoffset__ and not b.issubclass(b.type(x), b.type) else {}';
  return (
    `(lambda d, b, S: (lambda a: b.any(b.issubclass(b.type(s), S) and S.fileno(s) == ${descriptor}` +
    ' for o in [d, *[a(x) for x in [*d.values()]]] for v in [*o.values()] for s in [v, a(v).get("_sock")]))' +
    `(lambda x: ${attributes}))(locals(), __import__("builtins"), __import__("_socket").socket)`
  );
}
