/**
 * Which lines have a breakpoint, as the adapter has answered. The editor sends a file's breakpoints all anew each time; what is told are the
 * differences. One that the adapter could not place yet has no line: it is told once an event says where it stands.
 */
import { fields, list, text, whole } from './adapterMessages';

export interface BreakpointChange {
  readonly file: string;
  readonly line: number;
  readonly phase: 'set' | 'removed';
}

type Fields = Readonly<Record<string, unknown>>;

export class BreakpointLines {
  private readonly lines = new Map<string, Set<number>>();
  private readonly byId = new Map<number, { file: string; line: number | null }>();

  /** @param asked the arguments of setBreakpoints. @param answer its response's body. */
  answered(asked: Fields, answer: Fields): BreakpointChange[] {
    const file = text(fields(asked.source).path);
    if (file === null) return [];
    for (const [id, each] of this.byId) if (each.file === file) this.byId.delete(id);
    const now = new Set<number>();
    for (const each of list(answer.breakpoints)) {
      const { id, verified, line } = fields(each);
      const at = verified === true ? whole(line) : null;
      const number = whole(id);
      if (number !== null) this.byId.set(number, { file, line: at });
      if (at !== null) now.add(at);
    }
    return this.become(file, now);
  }

  /** @param body of the event `breakpoint`. */
  changed(body: Fields): BreakpointChange[] {
    const breakpoint = fields(body.breakpoint);
    const id = whole(breakpoint.id);
    const known = id === null ? undefined : this.byId.get(id);
    // One that the adapter sets by itself is nobody's in the editor.
    if (id === null || known === undefined) return [];
    const line = body.reason === 'removed' || breakpoint.verified !== true ? null : whole(breakpoint.line);
    this.byId.set(id, { file: known.file, line });
    return this.become(known.file, new Set([...this.byId.values()].flatMap((each) => (each.file === known.file && each.line !== null ? [each.line] : []))));
  }

  private become(file: string, now: ReadonlySet<number>): BreakpointChange[] {
    const before = this.lines.get(file) ?? new Set<number>();
    this.lines.set(file, new Set(now));
    return [
      ...[...now].filter((line) => !before.has(line)).map((line) => ({ file, line, phase: 'set' as const })),
      ...[...before].filter((line) => !now.has(line)).map((line) => ({ file, line, phase: 'removed' as const })),
    ];
  }
}
