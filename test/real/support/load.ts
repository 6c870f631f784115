/** Load from a few clients that keep their connections: what each was answered, and every byte of each connection. */
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';

const clients = 8;
const requestsEach = 25;

export interface Load {
  /** Status and body of each request, by client and number. */
  readonly answers: readonly string[];
  /** The client's port → what it wrote and read. */
  readonly bytes: ReadonlyMap<number, { sent: number; received: number }>;
}

export async function load(port: number): Promise<Load> {
  const bytes = new Map<number, { sent: number; received: number }>();
  const answers = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const sockets = new Map<Socket, number>();
      const lines: string[] = [];
      try {
        for (let number = 0; number < requestsEach; number++) {
          const path = `/client/${client}/request/${number}${'/x'.repeat(number % 7)}`;
          lines.push(`${path} ${await ask(port, agent, path, number % 3 === 0 ? 'b'.repeat(number * 11) : '', sockets)}`);
        }
      } finally {
        agent.destroy();
        for (const [socket, from] of sockets) bytes.set(from, { sent: socket.bytesWritten, received: socket.bytesRead });
      }
      return lines;
    }),
  );
  return { answers: answers.flat(), bytes };
}

/** A server that closes after each answer is as good as one that keeps the connection. */
function ask(port: number, agent: Agent, path: string, body: string, sockets: Map<Socket, number>): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, agent, method: body === '' ? 'GET' : 'POST', timeout: 30_000 }, (response) => {
      let text = '';
      response.setEncoding('latin1').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
      response.on('error', reject);
    });
    asked.on('socket', (socket) => {
      const learn = (): void => {
        if (socket.localPort !== undefined) sockets.set(socket, socket.localPort);
      };
      if (socket.connecting) socket.once('connect', learn);
      else learn();
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer to ${path}`)));
    asked.on('error', reject);
    asked.end(body);
  });
}
