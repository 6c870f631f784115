/** The notes of the recording that is shown, and the one that is being written. The engine keeps them; what it says is what is listed. */
import { effect, signal } from '@preact/signals';
import type { Note, NotesAnswer, NotesRequest } from '../../../src/protocol/notes';
import type { Panel } from '../../panel';

/** Longer ones are cut: a note is a sentence or two. */
export const mostLetters = 2000;

export interface Draft {
  /** Null for a new one. */
  id: string | null;
  atNs: number;
  row: string | null;
  text: string;
}

export class NotesModel {
  readonly notes = signal<readonly Note[]>([]);
  readonly problem = signal<NotesAnswer['problem']>(null);
  readonly draft = signal<Draft | null>(null);
  readonly listed = signal(false);
  private before: HTMLElement | null = null;
  private readonly ends: (() => void)[];

  constructor(private readonly panel: Panel) {
    const { store } = panel;
    let asked = '';
    this.ends = [
      effect(() => {
        // Once for each recording, and again when it has ended: what was written meanwhile is in another file now.
        const key = store.source.value === null || store.info.value === null ? '' : `${store.source.value} ${store.info.value.state === 'ended'}`;
        if (key === asked) return;
        asked = key;
        if (key !== '') this.ask(null);
      }),
      this.notes.subscribe(() => panel.timeline.repaint()),
    ];
  }

  /** The row as it is called now; null where the note's row is another one by now. */
  rowOf({ row, label }: Note): string | null {
    const known = row === null ? undefined : this.panel.store.row(row);
    return known === undefined || (label !== null && known.label !== label) ? null : known.id;
  }

  /** A new note at the selected moment, or in the middle of the window. */
  begin(): void {
    const { store, viewport } = this.panel;
    const selection = store.selection.peek();
    const row = selection === null ? undefined : store.row(selection.row);
    const { fromNs, toNs } = viewport.view.peek();
    const middle = Math.min(Math.max((fromNs + toNs) / 2, 0), store.nowNs.peek());
    this.edit({ id: null, atNs: Math.round(selection?.spanBeginNs ?? middle), row: row?.id ?? null, text: '' });
  }

  edit(draft: Draft): void {
    const active = document.activeElement;
    if (this.draft.peek() === null && active instanceof HTMLElement) this.before = active;
    this.draft.value = draft;
  }

  editNote(note: Note): void {
    this.edit({ id: note.id, atNs: note.atNs, row: this.rowOf(note), text: note.text });
  }

  cancel(): void {
    this.draft.value = null;
    if (this.before?.isConnected === true && this.before !== document.body) this.before.focus({ preventScroll: true });
    else this.panel.timeline.focus();
  }

  save(text: string): void {
    const draft = this.draft.peek();
    const words = text.trim().slice(0, mostLetters);
    this.cancel();
    if (draft === null || words === '') return;
    const row = draft.row === null ? undefined : this.panel.store.row(draft.row);
    const note: Note = { id: draft.id ?? crypto.randomUUID(), atNs: draft.atNs, row: row?.id ?? null, label: row?.label ?? null, text: words, writtenAt: new Date().toISOString() };
    this.ask({ type: 'put', note });
  }

  remove(id: string): void {
    if (this.draft.peek()?.id === id) this.cancel();
    this.ask({ type: 'delete', id });
  }

  reset(): void {
    this.notes.value = [];
    this.problem.value = null;
    this.draft.value = null;
  }

  dispose(): void {
    for (const end of this.ends) end();
  }

  private ask(change: NotesRequest['change']): void {
    const source = this.panel.store.source.peek();
    this.panel.query('notes', { change }).then(
      ({ notes, problem }) => {
        if (this.panel.store.source.peek() !== source) return;
        this.notes.value = notes;
        this.problem.value = problem;
      },
      () => {
        if (change !== null) this.problem.value = { fault: 'other', path: source ?? '' };
      },
    );
  }
}
