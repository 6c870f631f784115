/** The clients' side: connections to a server under test that say lines, hear answers and count every byte. */

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from './deadline';

const answerDeadline = 10_000;

export class Client {
  readonly #socket: Socket;
  readonly #heard = new Set<() => void>();
  readonly #end: Promise<void>;
  #answers = '';
  #ended = false;
  /** This end's port: the peer's address of the connection in the report. */
  readonly port: number;
  sent = 0;
  messages = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.localPort ?? 0;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#answers += text;
      this.#heard.forEach((tell) => tell());
    });
    this.#end = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        resolve();
      };
      socket.once('end', end);
      socket.once('close', end);
      socket.on('error', () => undefined); // A reset shows as an answer that never comes.
    });
  }

  static async connect(port: number): Promise<Client> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const connected = new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    await within(answerDeadline, `a connection to port ${port}`, connected);
    return new Client(socket);
  }

  get received(): number {
    return this.#answers.length;
  }

  get answers(): string {
    return this.#answers;
  }

  /** Whether the server's end of the connection has been seen. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Sends a line without waiting for the answer. */
  send(line: string): void {
    this.#socket.write(`${line}\n`);
    this.sent += line.length + 1;
    this.messages++;
  }

  /** Waits until everything said has an answer, a line each. */
  async answered(): Promise<void> {
    const complete = new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#answers.split('\n').length - 1 >= this.messages) {
          this.#heard.delete(look);
          resolve();
        }
      };
      this.#heard.add(look);
      look();
    });
    await within(answerDeadline, `answer ${this.messages} to the client on port ${this.port}`, complete);
  }

  async say(line: string): Promise<void> {
    this.send(line);
    await this.answered();
  }

  /** Says that nothing more will come. The server may go on holding its end. */
  finish(): void {
    this.#socket.end();
  }

  /** Finishes and waits for the server's end. */
  async leave(): Promise<void> {
    this.finish();
    await this.gone();
  }

  async gone(): Promise<void> {
    await within(answerDeadline, `the server's end of the connection to port ${this.port}`, this.#end);
    this.#socket.destroy();
  }
}

/** What the clients did and measured. */
export interface Traffic {
  readonly clients: readonly Client[];
  /** How long the driver kept a state up on purpose. */
  readonly heldMs: number;
}

/** Long enough to be told apart from a slow machine, short enough for seven interpreters. */
const holdMs = 250;
const idleMs = 40;

/** Keeps the present state up for a while and says for how long it really did. */
async function hold(milliseconds = holdMs): Promise<number> {
  const begin = performance.now();
  await sleep(milliseconds);
  return performance.now() - begin;
}

/** The second client connects while the first is served, stays unserved, and is served when the first has left. */
export async function secondClientWaits(port: number): Promise<Traffic> {
  await hold(idleMs);
  const first = await Client.connect(port);
  await first.say('first in service');
  const second = await Client.connect(port);
  const heldMs = await hold();
  await first.say('first is leaving');
  await first.leave();
  await second.say('second in service at last');
  await second.leave();
  return { clients: [first, second], heldMs };
}

/** The same, but the waiting client speaks while nobody listens, as most do. */
export async function secondClientSpeaksAndWaits(port: number): Promise<Traffic> {
  await hold(idleMs);
  const first = await Client.connect(port);
  await first.say('first in service');
  const second = await Client.connect(port);
  const before = await hold(holdMs / 2);
  second.send('is anybody there?');
  const after = await hold(holdMs / 2);
  await first.leave();
  await second.answered();
  await second.leave();
  return { clients: [first, second], heldMs: before + after };
}

/** Both clients are served at the same time; the first is silent for a while in the middle. */
export async function bothServed(port: number): Promise<Traffic> {
  await hold(idleMs);
  const first = await Client.connect(port);
  await first.say('hello from the first');
  const second = await Client.connect(port);
  await second.say('hello from the second');
  const heldMs = await hold();
  await second.say('second again');
  await second.leave();
  await first.say('first again, a longer line');
  await first.leave();
  return { clients: [first, second], heldMs };
}

/** The first client is served and leaves; for a while nobody comes; then the second. */
export async function oneAfterTheOther(port: number): Promise<Traffic> {
  await hold(idleMs);
  const first = await Client.connect(port);
  await first.say('the first');
  // A parent that forks is through with what it does after a fork before the child may end.
  await hold(idleMs);
  await first.leave();
  const heldMs = await hold();
  const second = await Client.connect(port);
  await second.say('the second');
  await second.leave();
  return { clients: [first, second], heldMs };
}

/** The clients finish but keep their connections; the first one sees no end for as long as the server holds a copy. */
export async function endsThatDoNotCome(port: number): Promise<Traffic & { endedEarly: boolean }> {
  await hold(idleMs);
  const first = await Client.connect(port);
  await first.say('the first');
  first.finish();
  const heldMs = await hold();
  const endedEarly = first.ended;
  const second = await Client.connect(port);
  await second.say('the second');
  second.finish();
  await Promise.all([first.gone(), second.gone()]);
  return { clients: [first, second], heldMs, endedEarly };
}
