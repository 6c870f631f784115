/** Where the probe turned itself off. A comparison that comes out even because nobody recorded any longer proves nothing. */
import { openRecording } from '../../../src/engine/files';
import { Model } from '../../../src/model/model';

const batchRecords = 65536;

/** Each process of a packed recording in which the probe gave up, with the fault's own words. */
export async function faultsOf(file: string): Promise<string[]> {
  const reader = await openRecording({ kind: 'file', path: file });
  try {
    const model = new Model(reader.names, reader.owners);
    for (let batches = reader.read(batchRecords); batches.length > 0; batches = reader.read(batchRecords)) {
      for (const batch of batches) model.ingest(batch);
    }
    return model.processes.flatMap((process) => process.faults.map((fault) => `process ${process.pid}: ${String(model.text(fault.message))}`));
  } finally {
    reader.dispose();
  }
}
