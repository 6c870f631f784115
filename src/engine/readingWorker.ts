/**
 * The thread that reads, inflates, decodes and orders recordings for the engine's thread, which is left with the model: wiring only.
 * One serves all open recordings; where every slot of one is full, the others have their turn.
 */
import { parentPort } from 'node:worker_threads';
import { NameLog } from '../recording/nameLog';
import { toEngineError } from './engineError';
import { openRecording } from './files';
import type { OpenedReading, OpenReading } from './readingMessages';
import { ReadingPump } from './readingPump';

/** So long one may keep the others waiting before it has given anything. */
const sliceMs = 4;

const port = parentPort;
if (port === null) throw new Error('recordings are read in a worker thread');

async function open({ id, source, port: own, signal }: OpenReading): Promise<OpenedReading> {
  try {
    let names = new NameLog();
    const reader = await openRecording(source, () => (names = new NameLog()), sliceMs);
    const pump = new ReadingPump(reader, () => names, own, signal);
    return { id, base: reader.base, source, news: pump.news() };
  } catch (error) {
    own.close();
    return { id, error: toEngineError(error) };
  }
}

port.on('message', (message: OpenReading) => void open(message).then((opened) => port.postMessage(opened)));
