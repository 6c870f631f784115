/** The report's own promises: every key, whole nanoseconds from the first event, short waits only in the totals. */
import { expect, test } from 'vitest';
import { jsonPieces } from '../../../src/export/jsonPieces';
import { reportText } from '../../../src/export/reportText';
import { buildReport, reportStream } from '../../../src/insight/report';
import type { Note } from '../../../src/protocol/notes';
import { forkPerConnection, iterative } from '../model/support/servers';
import { ms, Story } from '../model/support/story';

const manifest = {
  format: 1, forkscope: '0.1.0', command: ['python3', 'server.py'], directory: '/srv', startedAt: '2026-01-01T00:00:00.000Z', startedNs: '0',
  supervisor: null, root: { pid: 101 }, exit: { code: 0, signal: null }, complete: true, droppedBytes: 5,
};

test('what is said of the recording comes from its manifest and reader', () => {
  const { model } = Story.of(iterative);
  const report = buildReport(model, { manifest, lostEvents: 3, droppedBytes: 7 }, { version: '0.1.0', allWaits: false });
  expect(report).toMatchObject({ format: 1, forkscope: '0.1.0', marks: [] });
  expect(report.recording).toEqual({
    command: ['python3', 'server.py'], startedAt: '2026-01-01T00:00:00.000Z', durationNs: ms(325), exit: { code: 0, signal: null },
    complete: false, lostEvents: 3, droppedBytes: 12, completeFromNs: null, events: model.eventCount, problems: [],
  });
  expect(buildReport(model, { manifest, lostEvents: 0, droppedBytes: 0 }, { version: '', allWaits: false }).recording.complete).toBe(true);
  expect(buildReport(model, { manifest, lostEvents: 0, droppedBytes: 0, problems: [{ message: 'cut' }] }, { version: '', allWaits: false }).recording).toMatchObject({ complete: false, problems: ['cut'] });
});

test('times count from the first event', () => {
  const report = Story.of(iterative.replace(/^( *)(\d+(?:\.\d+)?)(\.\.)?(\d+)?/gm, (_, indent: string, from: string, dots = '', to = '') =>
    `${indent}${String(Number(from) + 1000)}${String(dots)}${to === '' ? '' : String(Number(to) + 1000)}`)).report;
  const original = Story.of(iterative).report;
  expect(report.connections).toEqual(original.connections);
  expect(report.processes).toEqual(original.processes);
  expect(report.findings).toEqual(original.findings);
});

test('short waits are listed only when asked for, and always counted', () => {
  const story = Story.of('0 101 . image command=x\n 1..1.5 101 . sleep\n 2..4 101 . sleep');
  const short = buildReport(story.model, { manifest, lostEvents: 0, droppedBytes: 0 }, { version: '', allWaits: false });
  expect(short.processes[0]?.threads[0]).toMatchObject({ waitNs: { sleep: ms(2.5) }, waits: [{ beginNs: ms(2), endNs: ms(4) }] });
  expect(story.report.processes[0]?.threads[0]?.waits).toHaveLength(2);
});

test('notes stand in it by time, from the first event', () => {
  const { model } = Story.of(iterative);
  const note = (id: string, atNs: number): Note => ({ id, atNs: model.originNs + atNs, row: 't1', label: 'MainThread', text: `note ${id}`, writtenAt: '2026-01-05T09:00:00.000Z' });
  const report = buildReport(model, { manifest, lostEvents: 0, droppedBytes: 0 }, { version: '', allWaits: false, notes: [note('b', 20.4), note('a', 10)] });
  expect(report.notes.map(({ id, atNs }) => [id, atNs])).toEqual([['a', 10], ['b', 20]]);
  expect(report.notes[0]).toEqual({ ...note('a', 10), atNs: 10 });
  expect(Story.of(iterative).report.notes).toEqual([]);
});

test('a long report is made while it is written, and reads the same', () => {
  const { model } = Story.of(forkPerConnection);
  const source = { manifest, lostEvents: 0, droppedBytes: 0 };
  const options = { version: '', allWaits: true };
  const stream = reportStream(model, source, options);
  expect([...jsonPieces(stream)].join('')).toBe(JSON.stringify(buildReport(model, source, options), null, 2));
  expect(reportText(stream)).toBe(reportText(buildReport(model, source, options)));
});

test('the whole report is plain JSON, without a NaN', () => {
  const { report } = Story.of(forkPerConnection);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});
