/** Who stands at which line, and what was waited there: counted as records come, equal to counting all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standing } from '../../../src/lanes/standing';
import { Model } from '../../../src/model/model';
import { mostStandingRows, type Standing } from '../../../src/protocol/standing';
import { batchOf, Encoder } from '../model/support/encode';
import { Story } from '../model/support/story';
import { parseTable } from '../model/support/table';

const ms = 1e6;
const start = '0 101 . image command="python3 main.py"';

/** As one text per line: `17: 1 thread since 20, 2 waits 15 longest 10`. Times in ms. */
function told({ files }: Standing): string[] {
  return files.flatMap(({ lines }) =>
    lines.map((line) => {
      const [longest] = line.rows;
      const parts = [
        ...(longest === undefined ? [] : [`${line.threads} since ${longest.sinceNs / ms} (${longest.row} ${longest.state})`]),
        ...(line.waits === 0 ? [] : [`${line.waits} waits ${line.waitedNs / ms} longest ${line.longestNs / ms}`]),
        ...(line.processes + line.threadsStarted === 0 ? [] : [`made ${line.processes} ${line.threadsStarted}`]),
      ];
      return `${line.line}: ${parts.join(', ')}`;
    }),
  );
}

const ask = { files: ['/srv/server.py'], directory: '/srv' };

describe('who stands at a line', () => {
  it('is told with how long, the longest first; what is over is summed up', () => {
    const { model } = Story.of(`
      ${start}
      1        101 .    threadStart thread=201 site=server.py:9
      2..12    101 .    accept   descriptor=3 result=-11 site=server.py:17
      3..8     101 201  sleep    site=server.py:21
      9..10    101 201  sleep    site=/srv/server.py:21
      11..     101 201  sleep    site=./server.py:21
      14..19   101 .    sleep    site=other.py:5
      20..     101 .    accept   descriptor=3 site=server.py:17
    `);
    expect(told(standing(model, ask, 30 * ms))).toEqual([
      '9: made 0 1',
      '17: 1 since 20 (t1 accept), 1 waits 10 longest 10',
      '21: 1 since 11 (t2 sleep), 2 waits 6 longest 5',
    ]);
    expect(told(standing(model, { ...ask, directory: null }, 30 * ms))).toEqual(['21: 1 waits 1 longest 1']);
    expect(standing(model, { ...ask, files: [] }, 30 * ms).files).toEqual([]);
  });

  it('names no more than fit a hover', () => {
    const threads = Array.from({ length: 30 }, (_, at) => `${at + 1}.. 101 ${201 + at} sleep site=server.py:21`);
    const { model } = Story.of([start, ...threads].join('\n'));
    const [line] = standing(model, ask, 40 * ms).files[0]!.lines;
    expect(line).toMatchObject({ threads: 30, rows: { length: mostStandingRows } });
    expect(line!.rows[0]!.sinceNs).toBe(1 * ms);
  });

  it('tells where a debugger has stopped a thread, and what stands along with it', () => {
    const { model } = Story.of(`
      ${start}
      1        101 201  threadBegin name=handler
      10       101 .    accept   descriptor=3 result=4 site=server.py:17
      20..     101 201  suspended site=server.py:22
      21..     101 .    suspended site=server.py:18
      22       kernel . debugStop session=1 process=101 thread=201 debugThread=2 reason=breakpoint file=/srv/server.py line=22 all=1
    `);
    expect(told(standing(model, ask, 60 * ms))).toEqual(['17: 1 waits 0 longest 0', '18: 1 since 21 (t1 stopped)', '22: 1 since 20 (t2 stopped)']);
  });

  it('says nothing of a thread that has ended in its call', () => {
    const { model } = Story.of(`
      ${start}
      1..      101 .    accept   descriptor=3 site=server.py:17
      9        101 .    exit     status=0 how=2
    `);
    expect(told(standing(model, ask, 30 * ms)).join()).not.toContain('since');
  });

  it('counts each wait once, however often it is asked and whatever the pieces in which records come', () => {
    const call = fc.record({ thread: fc.constantFrom(201, 202, 203), line: fc.integer({ min: 1, max: 4 }), gap: fc.integer({ min: 1, max: 5 }), length: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (calls, asks) => {
        const free = new Map<number, number>();
        const rows = calls.map(({ thread, line, gap, length }) => {
          const begin = (free.get(thread) ?? 1) + gap;
          free.set(thread, begin + length);
          return { begin, end: begin + length, thread, line };
        });
        rows.sort((a, b) => a.end - b.end);
        const encoder = new Encoder();
        const encode = (text: string): ReturnType<typeof batchOf> => batchOf(parseTable(text).map((row) => encoder.encode(row)));
        const model = new Model(encoder, encoder.owners);
        model.ingest(encode(start));
        rows.forEach(({ begin, end, thread, line }, at) => {
          model.ingest(encode(`${begin}..${end} 101 ${thread} sleep site=server.py:${line}`));
          if (asks[at]) standing(model, ask, end * ms);
        });
        const sums = new Map<number, { waits: number; waitedNs: number }>();
        for (const { begin, end, line } of rows) {
          const sum = sums.get(line) ?? { waits: 0, waitedNs: 0 };
          sums.set(line, { waits: sum.waits + 1, waitedNs: sum.waitedNs + (end - begin) * ms });
        }
        const lines = standing(model, ask, 1000 * ms).files[0]?.lines ?? [];
        expect(new Map(lines.map(({ line, waits, waitedNs }) => [line, { waits, waitedNs }]))).toEqual(sums);
      }),
    );
  });
});
