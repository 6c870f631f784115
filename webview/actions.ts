/**
 * What can be done by key: one table, so that no key means two things, and the sheet of keys says what there is.
 *
 * Letters belong to the editor: an action of the lanes counts only while the lanes have the focus, one of the panel anywhere in it
 * but in a text field. Ctrl, Cmd and Alt are the editor's own; Shift is part of a key's name where it is no letter of its own:
 * `Shift+Enter`, but `?`.
 */
export type ActionGroup = 'time' | 'rows' | 'selection' | 'find' | 'show' | 'panel';

export interface Action {
  readonly id: string;
  /** KeyboardEvent.key, letters in lower case; `Shift+` before keys that Shift does not change, and before letters. */
  readonly keys: readonly string[];
  /** In the person's language; read when it is shown. */
  readonly title: () => string;
  readonly group: ActionGroup;
  readonly where: 'lanes' | 'panel';
  readonly enabled?: () => boolean;
  run(): void;
}

/** The key's name as `Action.keys` has it; null where the editor's own modifiers are held. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const isLetter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  const key = isLetter ? event.key.toLowerCase() : event.key === ' ' ? 'Space' : event.key;
  return event.shiftKey && (isLetter || key.length > 1) ? `Shift+${key}` : key;
}

/** All actions of the panel, by key. */
export class Actions {
  private readonly list: Action[] = [];

  get all(): readonly Action[] {
    return this.list;
  }

  /** @throws Error where a key means something already: two features want the same. */
  add(actions: readonly Action[]): void {
    for (const action of actions) {
      const rival = this.list.find((other) => other.keys.some((key) => action.keys.includes(key)));
      if (rival !== undefined) throw new Error(`${action.id} wants a key of ${rival.id}`);
      this.list.push(action);
    }
  }

  /** Runs what the key means at this place; false where it means nothing there. */
  run(event: KeyboardEvent, where: Action['where']): boolean {
    const name = keyName(event);
    const action = this.list.find((each) => name !== null && each.keys.includes(name) && (where === 'lanes' || each.where === 'panel'));
    if (action === undefined || action.enabled?.() === false) return false;
    event.preventDefault();
    event.stopPropagation();
    action.run();
    return true;
  }
}

/** Whether keys are text there. */
export function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
