/**
 * Notes: `n` writes one at the selected moment; it stands as a flag on the axis and a mark on its row, in a list (Shift+N), and in the
 * recording itself, so that whoever opens it tomorrow reads it.
 */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Note } from '../../../src/protocol/notes';
import type { Gesture, MakeFeature } from '../../feature';
import { count, duration } from '../../format';
import { Icon } from '../../icons';
import type { Panel } from '../../panel';
import { reach } from '../../reach';
import { timeToX } from '../../timeline/geometry';
import { rowHeight } from '../../timeline/metrics';
import { t } from '../../words';
import { mostLetters, NotesModel } from './model';
import { flagWidth, paintFlags, paintMarks, type Flag } from './paint';
import './notes.css';

function problemWords({ fault, path }: { fault: string; path: string }): string {
  switch (fault) {
    case 'readOnly': return t('{0} is read-only: the note is kept until the recording is closed, and not in the file.', path);
    case 'unwritable': return t("The folder of {0} can't be written: the note is kept until the recording is closed, and not in the file.", path);
    case 'diskFull': return t('The disk that holds {0} is full: the note is kept until the recording is closed, and not in the file.', path);
    case 'gone': return t('{0} is not there at the moment: the note is kept, and saved with the next change.', path);
    case 'tooLong': return t('There is no room for more notes in {0}: the note is kept until the recording is closed.', path);
    default: return t("The note can't be saved in {0}: it is kept until the recording is closed.", path);
  }
}

function Editor({ panel, model }: { panel: Panel; model: NotesModel }): JSX.Element | null {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = model.draft.value;
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [draft]);
  if (draft === null) return null;
  const row = draft.row === null ? null : panel.store.row(draft.row)?.label ?? null;
  const where = row === null ? duration(draft.atNs) : t('{0}, {1}', duration(draft.atNs), row);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape') model.cancel();
    else if (event.key === 'Enter' && !event.shiftKey) model.save(field.current?.value ?? '');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="note-editor" role="dialog" aria-label={t('Note at {0}', where)} onKeyDown={onKeyDown}>
      <div class="note-head"><Icon name="note" /><strong>{draft.id === null ? t('New note') : t('Note')}</strong><span class="note-where">{where}</span></div>
      <textarea ref={field} class="field" data-testid="note-text" rows={3} maxLength={mostLetters} aria-label={t('Text of the note')} key={`${draft.id ?? ''} ${draft.atNs}`} defaultValue={draft.text} />
      <div class="note-buttons">
        <span class="note-hint">{t('Kept in the recording')}</span>
        <span class="spring" />
        {draft.id === null ? null : <button type="button" class="button secondary" onClick={() => model.remove(draft.id ?? '')}>{t('Delete')}</button>}
        <button type="button" class="button secondary" onClick={() => model.cancel()}>{t('Cancel')}</button>
        <button type="button" class="button" data-testid="note-save" onClick={() => model.save(field.current?.value ?? '')}>{t('Save')}</button>
      </div>
    </div>
  );
}

function List({ panel, model }: { panel: Panel; model: NotesModel }): JSX.Element | null {
  const list = useRef<HTMLElement>(null);
  const listed = model.listed.value;
  useLayoutEffect(() => {
    if (listed) list.current?.querySelector<HTMLElement>('button')?.focus();
  }, [listed]);
  if (!listed) return null;
  const notes = model.notes.value;
  const close = (): void => {
    model.listed.value = false;
    panel.timeline.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    close();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section class="notes" ref={list} aria-label={t('Notes')} data-testid="notes" onKeyDown={onKeyDown}>
      <div class="notes-head">
        <h2>{t('Notes ({0})', count(notes.length))}</h2>
        <span class="spring" />
        <button type="button" class="tool" title={t('Write a note (N)')} onClick={() => model.begin()}><Icon name="note" />{t('New note')}</button>
        <button type="button" class="tool" title={t('Close (Escape)')} aria-label={t('Close (Escape)')} onClick={close}><Icon name="close" /></button>
      </div>
      {notes.length === 0 ? <p class="hint">{t('No notes yet. Select a span and press N.')}</p> : (
        <ol class="notes-list">
          {notes.map((note, at) => <Entry key={note.id} panel={panel} model={model} note={note} number={at + 1} />)}
        </ol>
      )}
    </section>
  );
}

function Entry({ panel, model, note, number }: { panel: Panel; model: NotesModel; note: Note; number: number }): JSX.Element {
  const row = model.rowOf(note);
  const go = (): void => {
    if (row !== null) reach(panel, row, note.atNs);
    else showMoment(panel, note.atNs);
  };
  return (
    <li class="notes-entry" data-note={note.id}>
      <button type="button" class="notes-go" title={t('Go to this moment')} onClick={go}>
        <span class="notes-number">{number}</span>
        <span class="notes-time">{duration(note.atNs)}</span>
        <span class="notes-row">{note.label ?? ''}</span>
        <span class="notes-text">{note.text}</span>
      </button>
      <button type="button" class="tool" title={t('Edit the note')} aria-label={t('Edit note {0}', number)} onClick={() => model.editNote(note)}><Icon name="note" /></button>
      <button type="button" class="tool" title={t('Delete the note')} aria-label={t('Delete note {0}', number)} onClick={() => model.remove(note.id)}><Icon name="close" /></button>
    </li>
  );
}

function showMoment(panel: Panel, atNs: number): void {
  const { fromNs, toNs } = panel.viewport.view.peek();
  if (atNs < fromNs || atNs > toNs) panel.viewport.show({ fromNs: atNs - (toNs - fromNs) / 2, toNs: atNs + (toNs - fromNs) / 2 });
}

function Problem({ model }: { model: NotesModel }): JSX.Element | null {
  const problem = model.problem.value;
  if (problem === null) return null;
  return (
    <div class="banner" role="alert" data-testid="notes-problem">
      <Icon name="warning" />
      <span class="banner-text">{problemWords(problem)}</span>
      <button type="button" class="tool" title={t('Close')} aria-label={t('Close')} onClick={() => (model.problem.value = null)}><Icon name="close" /></button>
    </div>
  );
}

export const notes: MakeFeature = (panel) => {
  const model = new NotesModel(panel);
  const flags = (): Flag[] => model.notes.peek().map((note, at) => {
    const row = model.rowOf(note);
    return { atNs: note.atNs, number: at + 1, at: row === null ? undefined : panel.store.shownPlace(row) };
  });
  /** The note whose flag or mark lies under the pointer. */
  const noteAt = (event: PointerEvent, on: 'lanes' | 'axis'): Note | null => {
    const { width } = panel.timeline.size.peek();
    const view = panel.viewport.view.peek();
    const found = flags().reverse().find(({ atNs, number, at }) => {
      const x = timeToX(view, width, atNs);
      if (on === 'axis') return event.offsetX >= x - 3 && event.offsetX <= x + flagWidth(number);
      return at !== undefined && Math.abs(event.offsetX - x) <= 7 && Math.abs(event.offsetY + panel.timeline.scrollTop.peek() - (at + 0.5) * rowHeight) <= 7;
    });
    return found === undefined ? null : model.notes.peek()[found.number - 1] ?? null;
  };
  const press = (event: PointerEvent, on: 'lanes' | 'axis'): Gesture | null => {
    const note = event.shiftKey ? null : noteAt(event, on);
    if (note === null) return null;
    return {
      move: () => undefined,
      end: (_, cancelled) => {
        if (!cancelled) model.editNote(note);
      },
    };
  };
  return {
    name: 'notes',
    actions: [
      { id: 'note', keys: ['n'], title: () => t('Write a note'), group: 'show', where: 'panel', enabled: () => panel.store.info.peek() !== null, run: () => model.begin() },
      { id: 'notes', keys: ['Shift+n'], title: () => t('List of the notes'), group: 'show', where: 'panel', run: () => (model.listed.value = !model.listed.peek()) },
    ],
    slots: {
      above: () => <Problem model={model} />,
      below: () => <List panel={panel} model={model} />,
      overlay: () => <Editor panel={panel} model={model} />,
      toolbar: () => <button type="button" class="tool" data-testid="open-notes" title={t('List of the notes (Shift+N)')} aria-label={t('List of the notes (Shift+N)')} aria-pressed={model.listed.value} onClick={() => (model.listed.value = !model.listed.peek())}><Icon name="note" /></button>,
    },
    layers: [
      { over: 'axis', paint: (surface, scene) => paintFlags(surface, scene, flags()) },
      { over: 'spans', paint: (surface, scene) => paintMarks(surface, scene, flags()) },
    ],
    press,
    reset: () => model.reset(),
    dispose: () => model.dispose(),
  };
};
