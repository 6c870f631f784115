/**
 * A client that keeps books: one connection to an echo server, what was said on it and what came back, whatever happens to
 * the server meanwhile. A connection that breaks is not a failure here; an answer that the report does not know is.
 */
import { connect, type Socket } from 'node:net';

export class EchoLane {
  readonly #socket: Socket;
  #heard: () => void = () => undefined;
  #open = true;
  /** This end's address: the peer of the connection in the report. */
  readonly address: string;
  sent = 0;
  received = 0;
  /** Bytes of the requests whose whole answer came back. */
  answered = 0;
  requests = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.address = `127.0.0.1:${socket.localPort ?? 0}`;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.received += bytes.length;
      this.#heard();
    });
    socket.on('error', () => undefined); // The close that follows says it.
    socket.once('end', () => this.#gone());
    socket.once('close', () => this.#gone());
  }

  /** Undefined where nobody listens any more. */
  static open(port: number): Promise<EchoLane | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('error', () => resolve(undefined));
      socket.once('connect', () => resolve(new EchoLane(socket)));
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /** Says so many bytes; true when all of them came back, false when the server is gone first. */
  ask(bytes: number): Promise<boolean> {
    this.sent += bytes;
    return new Promise((resolve) => {
      this.#heard = () => {
        if (this.received >= this.sent) {
          this.requests++;
          this.answered = this.sent;
          resolve(true);
        } else if (!this.#open) {
          resolve(false);
        }
      };
      this.#socket.write(Buffer.alloc(bytes, 'x'));
      if (!this.#open) this.#heard();
    });
  }

  /** Says that no more will come, and waits for the server's end. */
  leave(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.end();
      if (this.#socket.closed) resolve();
    });
  }

  #gone(): void {
    this.#open = false;
    this.#heard();
  }
}
