/** Notes that a person has written on a recording. They are kept in it: in `notes.json` of a run's folder, in a block of a packed file. */

export interface Note {
  /** Given by whoever wrote it, never changed. */
  id: string;
  /** ns from the first event. In the file: from the recording's base, for the first event may be dropped. */
  atNs: number;
  /** The row that it is about, and what that is called: an id alone means nothing once rows are counted otherwise. Null for a moment of all. */
  row: string | null;
  label: string | null;
  text: string;
  /** ISO 8601, UTC: when it was written or last changed. */
  writtenAt: string;
}

export interface NotesRequest {
  /** Null only reads. A note of a known id is replaced. */
  change: { type: 'put'; note: Note } | { type: 'delete'; id: string } | null;
}

/** readOnly: the file may not be written; unwritable: its folder; gone: it is not where it was; tooLong: there is no room for more. */
export type NotesFault = 'readOnly' | 'unwritable' | 'diskFull' | 'gone' | 'tooLong' | 'other';

export interface NotesAnswer {
  /** By time; also those that could not be written yet. */
  notes: Note[];
  /** Why the last change is not in the recording; it is kept while the recording is open, and written with the next change. Null where all is. */
  problem: { fault: NotesFault; path: string } | null;
}
