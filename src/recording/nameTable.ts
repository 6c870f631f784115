/**
 * Texts and source positions by id.
 *
 * Ids are given per process image, and a forked child goes on using those of its ancestors:
 *
 *     parent 101          text 1 "server.py"   site 1 = (text 1, line 12)
 *       └─ fork 102       text 2 "handle"      site 2 = (text 1, text 2, line 30)   ← text 1 is found in 101
 *
 * A text longer than one record comes in parts, each in a record of its own, and parts may be read in any order (they can
 * stand in different chunks), also after the records that use them. Until the last part is there the text is null.
 */
import { offsets } from '../protocol/layout';
import type { SourcePosition } from '../protocol/report';
import type { Owner } from './batch';
import type { Names } from './names';
import { decodeUtf8 } from './utf8';

/** Bytes of a text that one record holds. */
const partBytes = 36;
/** Longer texts are damage: no writer makes them. */
const longestText = 1 << 20;
/** A chain of forks longer than this is damage (a cycle). */
const deepestFork = 10_000;

interface Unfinished {
  bytes: Uint8Array;
  have: Set<number>;
  parts: number;
}

interface Site {
  file: number;
  functionName: number;
  line: number;
}

interface Scope {
  parent: string | null;
  texts: Map<number, string>;
  unfinished: Map<number, Unfinished>;
  sites: Map<number, Site>;
  /** Positions resolved whole, so that equal sites are one object. */
  positions: Map<number, SourcePosition>;
}

export class NameTable implements Names {
  private readonly scopes = new Map<string, Scope>();

  text(owner: Owner, id: number): string | null {
    return id === 0 ? null : this.textIn(scopeKey(owner), id);
  }

  site(owner: Owner, id: number): SourcePosition | null {
    if (id === 0) return null;
    for (let key: string | null = scopeKey(owner), depth = 0; key !== null && depth < deepestFork; depth++) {
      const scope = this.scopes.get(key);
      if (scope === undefined) return null;
      const known = scope.positions.get(id);
      if (known !== undefined) return known;
      const site = scope.sites.get(id);
      if (site !== undefined) return this.resolve(key, scope, id, site);
      key = scope.parent;
    }
    return null;
  }

  /** A text record whose first byte stands at `at`. */
  addText(owner: Owner, view: DataView, at: number): void {
    const id = view.getUint32(at + offsets.text.id, true);
    const total = view.getUint32(at + offsets.text.total, true);
    const part = view.getUint32(at + offsets.text.part, true);
    const length = view.getUint32(at + offsets.text.length, true);
    const start = part * partBytes;
    if (id === 0 || total > longestText || length > partBytes || start + length > total) return;
    const scope = this.scope(scopeKey(owner));
    if (scope.texts.has(id)) return;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at + offsets.text.bytes, length);
    if (length === total) {
      scope.texts.set(id, decodeUtf8(bytes));
      return;
    }
    let unfinished = scope.unfinished.get(id);
    if (unfinished?.bytes.length !== total) {
      unfinished = { bytes: new Uint8Array(total), have: new Set(), parts: Math.ceil(total / partBytes) };
      scope.unfinished.set(id, unfinished);
    }
    unfinished.bytes.set(bytes, start);
    unfinished.have.add(part);
    if (unfinished.have.size === unfinished.parts) {
      scope.unfinished.delete(id);
      scope.texts.set(id, decodeUtf8(unfinished.bytes));
    }
  }

  /** A site record whose first byte stands at `at`. */
  addSite(owner: Owner, view: DataView, at: number): void {
    const id = view.getUint32(at + offsets.site.id, true);
    if (id === 0) return;
    this.scope(scopeKey(owner)).sites.set(id, {
      file: view.getUint32(at + offsets.site.file, true),
      functionName: view.getUint32(at + offsets.site.functionName, true),
      line: view.getUint32(at + offsets.site.line, true),
    });
  }

  /** `owner`'s process was forked from the process `parent` whose probe began at `parentBirth` (ns from the base). */
  addFork(owner: Owner, parent: number, parentBirth: number): void {
    const own = scopeKey(owner);
    const from = keyOf(owner.writer, parent, parentBirth);
    if (own !== from) this.scope(own).parent = from;
  }

  private textIn(first: string, id: number): string | null {
    for (let key: string | null = first, depth = 0; key !== null && depth < deepestFork; depth++) {
      const scope = this.scopes.get(key);
      if (scope === undefined) return null;
      const text = scope.texts.get(id);
      if (text !== undefined) return text;
      // It was defined here, so an ancestor's text of the same id is another one.
      if (scope.unfinished.has(id)) return null;
      key = scope.parent;
    }
    return null;
  }

  private resolve(key: string, scope: Scope, id: number, site: Site): SourcePosition | null {
    const file = this.textIn(key, site.file);
    if (file === null) return null;
    const functionName = site.functionName === 0 ? '' : this.textIn(key, site.functionName);
    if (functionName === null) return null;
    const position: SourcePosition = { file, line: site.line, function: functionName };
    scope.positions.set(id, position);
    return position;
  }

  private scope(key: string): Scope {
    let scope = this.scopes.get(key);
    if (scope === undefined) {
      scope = { parent: null, texts: new Map(), unfinished: new Map(), sites: new Map(), positions: new Map() };
      this.scopes.set(key, scope);
    }
    return scope;
  }
}

function scopeKey(owner: Owner): string {
  return keyOf(owner.writer, owner.process, owner.birth);
}

function keyOf(writer: string, process: number, birth: number): string {
  return `${writer}:${String(process)}:${String(birth)}`;
}
