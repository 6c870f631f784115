/** Notes as they stand in a recording: JSON, read leniently, since another version may have written it. Times are ns from the recording's base. */
import type { Note } from '../protocol/notes';

interface Written {
  format: 1;
  notes: Note[];
}

export function formatNotes(notes: readonly Note[]): string {
  const written: Written = { format: 1, notes: [...notes] };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** What can be understood of it; nothing of what can't. */
export function parseNotes(text: string | null): Note[] {
  if (text === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const list: unknown = typeof value === 'object' && value !== null && 'notes' in value ? value.notes : null;
  return Array.isArray(list) ? list.flatMap(parseNote) : [];
}

function parseNote(value: unknown): Note[] {
  if (typeof value !== 'object' || value === null) return [];
  const { id, atNs, row, label, text, writtenAt } = value as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof atNs !== 'number' || !Number.isFinite(atNs) || typeof text !== 'string') return [];
  return [{ id, atNs, row: typeof row === 'string' ? row : null, label: typeof label === 'string' ? label : null, text, writtenAt: typeof writtenAt === 'string' ? writtenAt : '' }];
}
