/** Clients of the traced server, and the one clock that both ends of a delay are read on. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { sleep } from '../harness/processes';

/** CLOCK_MONOTONIC in milliseconds: the same clock as the page's, but for an offset. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;

export class Chatter {
  #answered: () => void = () => undefined;

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      if (bytes.at(-1) === 0x0a) this.#answered();
    });
    socket.on('error', () => undefined);
  }

  static open(port: number): Promise<Chatter> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('connect', () => resolve(new Chatter(socket)));
      socket.once('error', reject);
    });
  }

  /** Says a line and waits for the answer; gives the moment just before it was said. */
  async say(line: string): Promise<number> {
    const answered = new Promise<void>((resolve) => (this.#answered = resolve));
    const at = monotonic();
    this.socket.write(`${line}\n`);
    await answered;
    return at;
  }

  leave(): void {
    this.socket.destroy();
  }
}

/** Keeps saying something until told to stop. */
export async function chat(clients: readonly Chatter[], everyMs: number, over: AbortSignal): Promise<void> {
  await Promise.all(
    clients.map(async (client, index) => {
      while (!over.aborted) {
        await client.say(`hello number ${index}`);
        await sleep(everyMs);
      }
    }),
  );
}

/** The port that the server wrote, as soon as it stands there. */
export async function portIn(file: string, deadlineMs: number): Promise<number> {
  const until = Date.now() + deadlineMs;
  while (Date.now() < until) {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      await sleep(50); // The server does not listen yet.
    }
  }
  throw new Error(`the traced server did not listen within ${deadlineMs / 1000} s`);
}
