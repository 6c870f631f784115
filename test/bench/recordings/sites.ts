/** The made-up program's texts and source positions, as its first process defines them; forked ones know their ancestors'. */
import type { Track } from './runFolder';

const file = '/home/student/servers/everything.py';

const lines = {
  listen: ['main', 31], fork: ['start_workers', 44], startThread: ['start_pool', 58], accept: ['accept_forever', 72], receive: ['handle', 88],
  send: ['handle', 97], poll: ['serve', 120], lock: ['count', 133], queue: ['next_client', 141], sleep: ['tick', 150], close: ['hang_up', 160],
  join: ['stop', 171], wait: ['reap', 180], exit: ['main', 190],
} as const satisfies Readonly<Record<string, readonly [string, number]>>;

const threadNames = ['worker', 'client', 'timer', 'acceptor'] as const;
const functionNames = [...new Set(Object.values(lines).map(([name]) => name))];
const command = ['python3', file, '--workers', '150'].join('\0');

export const commandLine = command.split('\0');
const texts = [file, command, '/usr/bin/python3', '/home/student/servers', ...functionNames, ...threadNames] as const;

const textId = (text: string): number => texts.indexOf(text) + 1;

export const textIds = {
  command: textId(command), executable: textId('/usr/bin/python3'), directory: textId('/home/student/servers'), handle: textId('handle'), tick: textId('tick'),
  nextClient: textId('next_client'),
  worker: textId('worker'), client: textId('client'), timer: textId('timer'),
} as const;

export const siteIds = Object.fromEntries(Object.keys(lines).map((name, index) => [name, index + 1])) as { readonly [K in keyof typeof lines]: number };

export function defineSites(track: Track, time: number): void {
  texts.forEach((text, index) => track.text(index + 1, text, time));
  for (const [name, [functionName, line]] of Object.entries(lines)) {
    track.put('site', time, { id: siteIds[name as keyof typeof lines], file: textId(file), functionName: textId(functionName), line });
  }
}
