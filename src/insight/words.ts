/** Words that the rules' sentences share. */
import type { Connection } from '../model/connection';
import type { Listener } from '../model/listener';
import type { Model } from '../model/model';
import type { Process } from '../model/process';
import type { Thread } from '../model/thread';
import { say, type Phrase, type Said } from '../protocol/phrase';
import type { SourcePosition, WaitReason } from '../protocol/report';

export { englishDuration as duration } from '../base/duration';

/** `1 child`, `3 children`. */
export function counted(count: number, one: Phrase, many: Phrase): Phrase {
  return count === 1 ? one : many;
}

export function processWords(model: Model, process: Process): Said {
  const name = process.multiprocessing === null ? null : model.text(process.multiprocessing.name);
  const label = name ?? model.processName(process);
  return label === '' ? say`process ${String(process.pid)}` : `${label} (${String(process.pid)})`;
}

export function threadWords(model: Model, thread: Thread): Said {
  return model.threadName(thread) ?? say`thread ${String(thread.tid)}`;
}

export function connectionWords(model: Model, connection: Connection): string {
  return model.label(connection.peer) ?? connection.id;
}

export function listenerWords(model: Model, listener: Listener): string {
  return model.label(listener.address) ?? listener.id;
}

/** What a thread waits in, as a word of the sentence. */
export const reasonWords: Record<WaitReason, Phrase> = {
  accept: say`accept`, receive: say`receive`, send: say`send`, connect: say`connect`, poll: say`poll`, lock: say`lock`, condition: say`condition`,
  semaphore: say`semaphore`, join: say`join`, waitpid: say`waitpid`, sleep: say`sleep`, gil: say`gil`, queue: say`queue`, file: say`file`, event: say`event`,
  barrier: say`barrier`, signal: say`signal`, pipe: say`pipe`, future: say`future`, executor: say`executor`,
};

/** ` at server.py:12`, or nothing where the line is unknown. */
export function atLine(site: SourcePosition | null): Said {
  return site === null ? '' : say` at ${line(site)}`;
}

/** `server.py:12` */
export function line(site: SourcePosition): string {
  return `${site.file.slice(site.file.lastIndexOf('/') + 1)}:${String(site.line)}`;
}
