/**
 * Answers of the engine as the table that people read: a line for each state, below it a line for each row. Pure.
 *
 *     State     Total    Share   Count   Longest   Mean
 *   ▾ receive   4.20 s   42 %      312   1.10 s    13.5 ms
 *       Thread-1  3.90 s 39 %      300   1.10 s    13.0 ms
 */
import { spanStates, type SpanState } from '../../../src/protocol/states';
import type { Totals } from '../../../src/protocol/explore';

export interface Line {
  state: SpanState;
  /** A row's id; null for all rows together. */
  row: string | null;
  totalNs: number;
  /** Of the time of all rows of its kind; 0 to 1. */
  share: number;
  count: number;
  longestNs: number;
  /** Where the longest stands. */
  longestRow: string;
  longestAtNs: number;
}

export interface StateLine extends Line {
  rows: Line[];
}

export const columns = ['state', 'total', 'share', 'count', 'longest', 'mean'] as const;
export type Column = (typeof columns)[number];
export interface Order {
  by: Column;
  down: boolean;
}

/** Gathers answers that came one after the other. */
export class Gathered {
  private readonly states = new Map<SpanState, StateLine>();
  private readonly byKind = new Map<string, number>();
  private readonly kinds = new Map<SpanState, Set<string>>();

  add(totals: Totals): void {
    const [row, state, total, spans, longest, at] = [
      new Uint32Array(totals.row), new Uint8Array(totals.state), new Float64Array(totals.total), new Uint32Array(totals.spans), new Float64Array(totals.longest), new Float64Array(totals.longestAt),
    ];
    for (let index = 0; index < totals.count; index++) {
      const id = totals.rows[row[index]!]!;
      this.addLine(id, spanStates[state[index]!] ?? 'unknown', total[index]!, spans[index]!, longest[index]!, at[index]!);
    }
  }

  private addLine(row: string, state: SpanState, totalNs: number, count: number, longestNs: number, longestAtNs: number): void {
    let line = this.states.get(state);
    if (line === undefined) this.states.set(state, (line = { state, row: null, totalNs: 0, share: 0, count: 0, longestNs: -1, longestRow: row, longestAtNs, rows: [] }));
    line.totalNs += totalNs;
    line.count += count;
    if (longestNs > line.longestNs) Object.assign(line, { longestNs, longestRow: row, longestAtNs });
    line.rows.push({ state, row, totalNs, share: 0, count, longestNs, longestRow: row, longestAtNs });
    const kind = row[0]!;
    this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + totalNs);
    const kinds = this.kinds.get(state);
    if (kinds === undefined) this.kinds.set(state, new Set(kind));
    else kinds.add(kind);
  }

  /** Shares are of what is gathered so far. */
  lines(): StateLine[] {
    for (const line of this.states.values()) {
      const whole = [...(this.kinds.get(line.state) ?? [])].reduce((sum, kind) => sum + (this.byKind.get(kind) ?? 0), 0);
      const share = (ns: number): number => (whole > 0 ? ns / whole : 0);
      line.share = share(line.totalNs);
      for (const each of line.rows) each.share = share(each.totalNs);
    }
    return [...this.states.values()];
  }
}

/** @param name what a line is called: a state's word, a row's label. */
export function sorted<T extends Line>(lines: readonly T[], order: Order, name: (line: T) => string): T[] {
  const value = (line: T): number => {
    switch (order.by) {
      case 'state': return 0;
      case 'total': return line.totalNs;
      case 'share': return line.share;
      case 'count': return line.count;
      case 'longest': return line.longestNs;
      case 'mean': return meanNs(line);
    }
  };
  const turn = order.down ? -1 : 1;
  return [...lines].sort((a, b) => (order.by === 'state' ? turn * name(a).localeCompare(name(b)) : turn * (value(a) - value(b)) || name(a).localeCompare(name(b))));
}

export function meanNs(line: Line): number {
  return line.count === 0 ? 0 : line.totalNs / line.count;
}

/** Every line as cells; times in milliseconds, the share in percent. */
export function cells(lines: readonly StateLine[], words: { state: (state: SpanState) => string; row: (id: string) => string; all: string }): string[][] {
  const ms = (ns: number): string => (ns / 1e6).toFixed(6).replace(/\.?0+$/, '');
  const cell = (line: Line): string[] => [
    words.state(line.state), line.row === null ? words.all : words.row(line.row), ms(line.totalNs), (line.share * 100).toFixed(2), String(line.count), ms(line.longestNs), ms(meanNs(line)),
  ];
  return lines.flatMap((line) => [cell(line), ...line.rows.map(cell)]);
}

export function tsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((text) => text.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n') + '\n';
}

/** As RFC 4180 has it. A label that a spreadsheet would take for a formula gets an apostrophe. */
export function csv(rows: readonly (readonly string[])[]): string {
  const quoted = (text: string): string => {
    const plain = /^[=+@-]/.test(text) && !/^-?\d/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return rows.map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n';
}
