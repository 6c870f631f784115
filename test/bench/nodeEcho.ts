/**
 * What the Node probe costs an echo server that does nothing else, in the server's own processor time: on a busy machine its share of the
 * clock says little. FORKSCOPE_BENCH_BESIDE names another build's dist, which runs in turn with this one's.
 */
import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compare, type Arm } from './pairs';
import { cli } from './servers';

const connections = 8;
const [warm, measured] = [2_000, 6_000];
const payload = Buffer.alloc(64, 'x');

export async function benchNodeEcho(_python: string, scratch: string): Promise<void> {
  const program = [process.execPath, join(__dirname, 'programs', 'node_echo_cost.js'), String(warm), String(measured)];
  const record = (command: string): string[] => [process.execPath, command, 'record', '-o', join(scratch, 'node.forkscope'), '--', ...program];
  const arm = (name: string, command: readonly string[]): Arm => ({ name, measure: () => costOf(command) });
  const beside = process.env.FORKSCOPE_BENCH_BESIDE;
  await compare(
    [
      arm('untraced', program),
      arm('untraced (control)', program),
      arm('traced', record(cli)),
      ...(beside === undefined ? [] : [arm('traced by the other build', record(join(beside, 'cli.js')))]),
    ],
    { unit: 'µs/request', digits: 1, rounds: 15, budget: 60_000, differences: true },
  );
}

async function costOf([command, ...args]: readonly string[]): Promise<number> {
  const server = spawn(command!, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const clients: Socket[] = [];
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const port = /^listening on .*:(\d+)$/.exec(line)?.[1];
      const cost = /^cost (.*)$/.exec(line)?.[1];
      if (port !== undefined) for (let count = 0; count < connections; count++) clients.push(pingPong(Number(port)));
      if (cost !== undefined) return Number(cost);
    }
    throw new Error('The server ended before it said what it cost.');
  } finally {
    for (const client of clients) client.destroy();
    server.kill('SIGTERM');
    await ended;
  }
}

/** Asks again whenever it is answered. */
function pingPong(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let left = payload.length;
  socket.on('connect', () => socket.write(payload));
  socket.on('data', (data) => {
    left -= data.length;
    if (left > 0) return;
    left += payload.length;
    socket.write(payload);
  });
  socket.on('error', () => socket.destroy());
  return socket;
}
