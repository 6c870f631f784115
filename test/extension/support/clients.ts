/** Clients of an echo server that stay connected until they are told to leave. */
import { connect, type Socket } from 'node:net';

export class EchoClient {
  private constructor(private readonly socket: Socket) {}

  static connect(port: number): Promise<EchoClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new EchoClient(socket)));
    });
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
