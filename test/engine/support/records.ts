/** The raw records of a recording, one by one in the order of time: for a test that asks what was written, not what it means. */
import { openRecording } from '../../../src/engine/files';
import type { RecordBatch } from '../../../src/recording/batch';

const batchRecords = 65536;

/** @param take gets each record: its batch, its position there, its process's pid. */
export async function eachRecord(file: string, take: (batch: RecordBatch, record: number, pid: number) => void): Promise<void> {
  const reader = await openRecording({ kind: 'file', path: file });
  try {
    for (let batches = reader.read(batchRecords); batches.length > 0; batches = reader.read(batchRecords)) {
      for (const batch of batches) {
        for (const record of batch.order) take(batch, record, reader.owners[batch.owners[record]!]!.process);
      }
    }
  } finally {
    reader.dispose();
  }
}
