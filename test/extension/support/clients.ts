/** Clients of an echo server that stay connected until they are told to leave. */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';

export class EchoClient {
  private constructor(private readonly socket: Socket) {}

  static connect(port: number): Promise<EchoClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new EchoClient(socket)));
    });
  }

  /** Its own port, by which the server's rows call it. */
  get port(): number {
    return this.socket.localPort ?? NaN;
  }

  /** Sends `text` and resolves when all of it has come back. */
  echo(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = Buffer.byteLength(text);
      const take = (chunk: Buffer): void => {
        left -= chunk.length;
        if (left > 0) return;
        this.socket.off('data', take);
        resolve();
      };
      this.socket.on('data', take);
      this.socket.once('error', reject);
      this.socket.write(text);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}

const timed = `
const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1', () => console.log('connected'));
process.stdin.once('data', (text) => {
  const asked = performance.now();
  let left = text.length;
  socket.on('data', (data) => (left -= data.length) === 0 && console.log(performance.now() - asked));
  socket.write(text);
});
process.stdin.on('end', () => process.exit());
`;

/** One in a process of its own, which says how long it waited: this one's clock is late by as long as the editor's extensions are busy. */
export class TimedClient {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
  ) {}

  static async connect(port: number): Promise<TimedClient> {
    const child = spawn(process.execPath, ['-e', timed, String(port)], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });
    const client = new TimedClient(child, createInterface({ input: child.stdout }));
    await client.line();
    return client;
  }

  /** Sends `text`. @returns ms until all of it has come back. */
  async echo(text: string): Promise<number> {
    const answered = this.line();
    this.child.stdin!.write(text);
    return Number(await answered);
  }

  close(): void {
    this.child.stdin!.end();
  }

  private line(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.lines.once('line', resolve);
      this.child.once('exit', () => reject(new Error('The client has ended.')));
    });
  }
}
