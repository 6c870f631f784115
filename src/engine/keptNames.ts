/**
 * Which texts and source positions outlive the segments that they stand in. A number that a process has given once it may use
 * for the rest of its life, and so may its forked children; but the probe remembers only so many texts (_text.py), and gives
 * new numbers after that. So of each process's texts the last ones are kept, and older ones that something refers to.
 */
import { kinds, layouts, offsets, recordBytes } from '../protocol/layout';
import type { Owner, TimeBase } from '../recording/batch';
import { scopeOf, timeAt } from './rawChunks';

/** As many as a probe remembers at most: `_REMEMBERED` in _text.py. */
const remembered = 16384;

const textFields: ReadonlySet<string> = new Set([
  'command', 'executable', 'directory', 'message', 'name', 'target', 'startMethod', 'path', 'error', 'coroutine', 'what', 'callback', 'file', 'functionName',
]);
/** By kind: where a record refers to texts. */
const textOffsets = new Map<number, readonly number[]>(
  Object.values(layouts).map(({ code, fields }) => [code, fields.filter(({ name, type }) => type === 'u32' && textFields.has(name)).map(({ offset }) => offset)]),
);

interface Scope {
  readonly owner: Owner;
  /** The parts of each, by its number. */
  readonly texts: Map<number, Uint8Array[]>;
  readonly sites: Map<number, Uint8Array>;
  highest: number;
  /** The last definition's time, ns from the base. */
  latestNs: number;
}

export class KeptNames {
  private readonly scopes = new Map<string, Scope>();
  /** Numbers of texts that something refers to. Whose they are is not asked: a forked child uses its ancestors'. */
  private readonly used = new Set<number>();

  constructor(private readonly base: TimeBase) {}

  /** @returns whether the record is a definition. */
  take(view: DataView, at: number, kind: number, owner: Owner): boolean {
    if (kind !== kinds.text && kind !== kinds.site) return false;
    const scope = this.scope(owner);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, recordBytes).slice();
    scope.latestNs = Math.max(scope.latestNs, timeAt(view, at, this.base));
    if (kind === kinds.site) {
      scope.sites.set(view.getUint32(at + offsets.site.id, true), bytes);
      this.refer(view, at, kind);
      return true;
    }
    const id = view.getUint32(at + offsets.text.id, true);
    const parts = scope.texts.get(id);
    if (parts === undefined) scope.texts.set(id, [bytes]);
    else parts.push(bytes);
    scope.highest = Math.max(scope.highest, id);
    return true;
  }

  /** A record that is kept refers to names. */
  use(kind: number, bytes: Uint8Array): void {
    this.refer(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, kind);
  }

  /**
   * The definitions to keep.
   * @param living the scopes whose names can still be referred to.
   * @param sinceNs of scopes that nobody has told of until then all is kept.
   */
  *kept(living: ReadonlySet<string>, sinceNs: number): Iterable<{ owner: Owner; bytes: Uint8Array }> {
    for (const [key, { owner, texts, sites, highest, latestNs }] of this.scopes) {
      if (!living.has(key) && latestNs <= sinceNs) continue;
      for (const [id, parts] of texts) if (id > highest - remembered || this.used.has(id)) for (const bytes of parts) yield { owner, bytes };
      for (const bytes of sites.values()) yield { owner, bytes };
    }
  }

  private refer(view: DataView, at: number, kind: number): void {
    for (const offset of textOffsets.get(kind) ?? []) this.used.add(view.getUint32(at + offset, true));
  }

  private scope(owner: Owner): Scope {
    const key = scopeOf(owner);
    let scope = this.scopes.get(key);
    if (scope === undefined) {
      scope = { owner, texts: new Map(), sites: new Map(), highest: 0, latestNs: -Infinity };
      this.scopes.set(key, scope);
    }
    return scope;
  }
}
