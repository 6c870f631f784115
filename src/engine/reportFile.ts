/** The report of a recording on its own, without the engine's worker: for the command line. */
import { reportStream } from '../insight/report';
import { Model } from '../model/model';
import type { RecordingSource } from '../protocol/engine';
import type { Report } from '../protocol/report';
import { wholeReport, type ReportStream } from '../protocol/reportStream';
import { openRecording } from './files';
import { Notes } from './notes';
import { version } from '../base/version';

const batchRecords = 65536;

export interface FileReport<R = Report> {
  report: R;
  /** What is wrong with the recording, one sentence each; the report holds everything else. */
  problems: string[];
}

/**
 * Reads a whole recording; of a run that still goes on, what is there now.
 * @throws ForkscopeError as `openRecording`.
 */
export function reportOf(source: RecordingSource, allWaits: boolean): Promise<FileReport> {
  return withReport(source, allWaits, ({ report, problems }) => ({ report: wholeReport(report), problems }));
}

/**
 * The same, but that the report never stands in memory: its long lists are made while `use` goes over them.
 * @throws ForkscopeError as `openRecording`, and what `use` throws.
 */
export async function withReport<T>(source: RecordingSource, allWaits: boolean, use: (found: FileReport<ReportStream>) => T): Promise<T> {
  const reader = await openRecording(source);
  try {
    let model = new Model(reader.names, reader.owners, reader.completeFromNs);
    for (let attempt = 0; ; attempt++) {
      for (let batches = reader.read(batchRecords); batches.length > 0; batches = reader.read(batchRecords)) {
        for (const batch of batches) model.ingest(batch);
      }
      // What came while a live run was read may be out of order; at rest nothing is.
      if (!reader.stale && (!model.late || attempt > 0)) break;
      reader.rewind();
      model = new Model(reader.names, reader.owners, reader.completeFromNs);
    }
    const problems = reader.problems.map(({ message }) => message);
    const notes = new Notes(() => reader.source, () => model.originNs).all;
    return use({ report: reportStream(model, reader, { version, allWaits, notes }), problems });
  } finally {
    reader.dispose();
  }
}
