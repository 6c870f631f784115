/**
 * A debug adapter's client, as an editor is one, so that tests debug with the real debugpy and no editor.
 *
 *     adapter = startAdapter(…) ─► adapter.session.launch(config, breakpoints) ─► next('stopped') ─► request('stackTrace') …
 *
 * Events are taken in the order in which they came, each name for itself. A child process that debugpy follows is a session of its own,
 * over a socket to the same adapter: `child` opens it from a `debugpyAttach` event, as ms-python's extension does.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { within } from './deadline';

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source?: { readonly path?: string };
}

export type Body = Readonly<Record<string, unknown>>;

interface Message {
  readonly type: 'event' | 'request' | 'response';
  readonly seq: number;
  readonly event?: string;
  readonly command?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: Body;
}

const deadline = 60_000;
const headerEnd = Buffer.from('\r\n\r\n');
const greeting = {
  clientID: 'vscode', adapterID: 'debugpy', pathFormat: 'path', linesStartAt1: true, columnsStartAt1: true,
  supportsRunInTerminalRequest: false, supportsStartDebuggingRequest: true,
};

export class DapSession {
  readonly #write: Writable;
  readonly #answers = new Map<number, (answer: Message) => void>();
  readonly #events = new Map<string, Body[]>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #unread: Buffer = Buffer.alloc(0);
  #sequence = 0;
  /** What the program wrote, as the adapter told it. */
  stdout = '';
  stderr = '';
  /** Called with every event when it comes, beside those that are waited for. */
  heard: (event: string, body: Body) => void = () => undefined;

  constructor(read: Readable, write: Writable) {
    this.#write = write;
    read.on('data', (data: Buffer) => this.#take(data));
    read.on('error', () => undefined);
    write.on('error', () => undefined);
  }

  /** @throws where the adapter refuses, with its words. */
  async request(command: string, args: Body = {}): Promise<Body> {
    const seq = ++this.#sequence;
    const answered = new Promise<Message>((resolve) => this.#answers.set(seq, resolve));
    const text = Buffer.from(JSON.stringify({ type: 'request', seq, command, arguments: args }));
    this.#write.write(Buffer.concat([Buffer.from(`Content-Length: ${text.length}\r\n\r\n`), text]));
    const answer = await within(deadline, `the answer to ${command}`, answered);
    if (answer.success !== true) throw new Error(`${command}: ${answer.message}`);
    return answer.body ?? {};
  }

  /** The oldest event of this name that nobody has taken yet. */
  async next(name: string): Promise<Body> {
    for (;;) {
      const event = this.#events.get(name)?.shift();
      if (event !== undefined) return event;
      const heard = new Promise<void>((resolve) => this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]));
      await within(deadline, `the event ${name}`, heard);
    }
  }

  /** Whether an event of this name stands untaken. */
  has(name: string): boolean {
    return (this.#events.get(name)?.length ?? 0) > 0;
  }

  /** Starts (or attaches to) the program with breakpoints on these lines of files. */
  async begin(request: 'launch' | 'attach', config: Body, breakpoints: Readonly<Record<string, readonly number[]>>): Promise<void> {
    await this.request('initialize', greeting);
    const begun = this.request(request, config);
    await Promise.race([this.next('initialized'), begun]);
    for (const [path, lines] of Object.entries(breakpoints)) {
      await this.request('setBreakpoints', { source: { path }, breakpoints: lines.map((line) => ({ line })) });
    }
    await this.request('setExceptionBreakpoints', { filters: [] });
    await this.request('configurationDone');
    await begun;
  }

  /** Waits for a stop. @returns the stopped thread's number and its frames, innermost first. */
  async stopped(): Promise<{ threadId: number; frames: StackFrame[] }> {
    const threadId = Number((await this.next('stopped')).threadId);
    const { stackFrames } = await this.request('stackTrace', { threadId });
    return { threadId, frames: stackFrames as StackFrame[] };
  }

  /** Hangs up: an adapter that listens ends then. */
  close(): void {
    this.#write.destroy();
  }

  #take(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    for (;;) {
      const end = this.#unread.indexOf(headerEnd);
      if (end < 0) return;
      const length = Number(/Content-Length: *(\d+)/i.exec(this.#unread.toString('latin1', 0, end))?.[1]);
      const from = end + headerEnd.length;
      if (this.#unread.length < from + length) return;
      const message = JSON.parse(this.#unread.toString('utf8', from, from + length)) as Message;
      this.#unread = this.#unread.subarray(from + length);
      this.#hear(message);
    }
  }

  #hear(message: Message): void {
    if (message.type === 'response') {
      this.#answers.get(message.request_seq ?? 0)?.(message);
      this.#answers.delete(message.request_seq ?? 0);
    } else if (message.type === 'event') {
      const { event = '', body = {} } = message;
      if (event === 'output' && (body.category === 'stdout' || body.category === 'stderr')) this[body.category] += String(body.output);
      this.#events.set(event, [...(this.#events.get(event) ?? []), body]);
      const waiting = this.#waiting.get(event) ?? [];
      this.#waiting.delete(event);
      waiting.forEach((tell) => tell());
      this.heard(event, body);
    }
  }
}

/** A session with an adapter that listens. */
export function connectTo(port: number): DapSession {
  const socket = createConnection(port, '127.0.0.1');
  return new DapSession(socket, socket);
}

export class DebugAdapter {
  readonly session: DapSession;
  readonly #process: ChildProcess;
  readonly #over: Promise<void>;
  readonly #sockets: Socket[] = [];

  constructor(command: readonly string[], environment: NodeJS.ProcessEnv) {
    const [file = '', ...args] = command;
    const adapter = spawn(file, args, { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process = adapter;
    this.#over = new Promise((resolve) => adapter.once('close', () => resolve()));
    adapter.once('error', () => undefined);
    this.session = new DapSession(adapter.stdout, adapter.stdin);
  }

  /** A session for a child that debugpy tells of: the body of its `debugpyAttach` event. */
  async child(attach: Body, breakpoints: Readonly<Record<string, readonly number[]>> = {}): Promise<DapSession> {
    const { port } = attach.connect as { port: number };
    const socket = createConnection(port, '127.0.0.1');
    this.#sockets.push(socket);
    const session = new DapSession(socket, socket);
    await session.begin('attach', attach, breakpoints);
    return session;
  }

  /** Ends the session and with it the program, as an editor that closes does. */
  async end(): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#process.stdin?.end();
    try {
      await within(10_000, 'the end of the adapter', this.#over);
    } catch {
      this.#process.kill('SIGKILL'); // Whatever has failed says more than this.
    }
  }
}
