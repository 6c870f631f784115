/**
 * What VS Code is told of the sidebar, and when. It knows rows by ids and asks for what is below them whenever it likes: because it was told, because a
 * person opened one, because the view came into sight, because a row is to be selected. Told in the middle of any but the first it asks by ids that it has just
 * taken back, and logs an error; a command that focuses the view fails. So one thing is done at a time, and what changes meanwhile is collected:
 *
 *     told (refreshPace.ts) │ draws by itself (drawing.ts) │ brings a row into sight (broughtIntoSight.ts)
 *
 *     rows change ─► mark ─► … its turn comes ─► tell those that look otherwise than VS Code has them (shownElements.ts, looks)
 *                                              ─► VS Code asks for each (element), and for what is below it (give)
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../base/disposable';
import { BroughtIntoSight } from './broughtIntoSight';
import { Drawing } from './drawing';
import { RefreshPace, type Told } from './refreshPace';
import { ShownElements } from './shownElements';
import type { Node } from './treeItems';

/** VS Code compares each that it is told with each. */
const mostTold = 500;

/** What is there now. */
export interface Content {
  getParent(node: Node): Node | undefined;
  /** The element at the top that it is of, listed or not. */
  rootOf(node: Node): Node;
  /** Everything of an element that can be seen. */
  lookOf(node: Node): string;
  /** What is below an element, or at the top. */
  childrenNow(node: Node | undefined): readonly Node[];
}

/** Asks VS Code to select an element that stands in sight, or to bring it there. */
export type Show = (node: Node) => Thenable<unknown>;

export class Telling implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<Node[] | undefined>());
  readonly onDidChange = this.changes.event;
  /** Those that may look otherwise than VS Code has them; it is told of those that do. */
  private readonly dirty = new Set<Node>();
  /** What stands at the top may be otherwise. */
  private allDirty = false;
  private readonly pace = this.store.add(new RefreshPace<Node>(() => (this.isFree ? this.turn() : 'later')));
  private readonly shown = new ShownElements<Node>();
  /** As VS Code has each of them. */
  private readonly looks = new WeakMap<Node, string>();
  private readonly drawing = new Drawing<Node>();
  private readonly brought = this.store.add(new BroughtIntoSight<Node>());
  private inSight = true;
  /** What is to be brought into sight next. */
  private wanted: { readonly node: Node; readonly show: Show } | null = null;
  /** The element that a person has selected, and how another one is. */
  private selection: { now(): Node | undefined; readonly move: Show } | null = null;
  /** The last one that was let go of. */
  private moved: Node | undefined;

  constructor(private readonly content: Content) {}

  /** The list of runs or recordings changed. */
  markAll(): void {
    this.allDirty = true;
    this.pace.want();
  }

  /** These may have changed. Of those that VS Code does not have it need not be told. */
  mark(nodes: Iterable<Node>): void {
    if (!this.inSight) return;
    for (const node of nodes) if (this.shown.has(node)) this.dirty.add(node);
    if (this.dirty.size > 0) this.pace.want();
  }

  /** VS Code is given an element. @param look as Content says it. @param open whether it will ask for what is below. */
  element(node: Node, look: string, open: boolean): void {
    this.looks.set(node, look);
    this.shown.takeBack(node);
    this.drawing.element(node, open);
    this.pace.asked(node);
  }

  /** VS Code asks for what is below an element, or for the top. */
  give(parent: Node | undefined, children: readonly Node[]): Node[] {
    // What it has kept while the view was hidden it draws before it says that the view is in sight; or it draws for the first time.
    if (!this.inSight || this.shown.below(undefined) === undefined) this.drawing.begin();
    this.drawing.children(parent);
    if (parent === undefined) this.pace.asked(undefined);
    const given = this.shown.give(parent, children);
    for (const each of given.elsewhere.size === 0 ? [] : [...given.elsewhere, parent]) {
      if (each === undefined) this.markAll();
      else this.mark([each]);
    }
    return [...given.children];
  }

  opened(node: Node): void {
    this.drawing.opens(node);
  }

  closed(node: Node): void {
    this.drawing.closes(node);
  }

  /**
   * Whether the view is in sight. While it is not nothing is told: VS Code would keep it until it shows the view, and ask for it while the next changes come.
   * Then at once all that looks otherwise, whatever the pace was: a person looks at what was true when the view was hidden.
   */
  setShown(shown: boolean): void {
    if (shown === this.inSight) return;
    this.inSight = shown;
    if (!shown) return;
    this.mark(this.shown.all());
    this.pace.wantNow();
  }

  get isShown(): boolean {
    return this.inSight;
  }

  /** How many elements VS Code has. */
  get count(): number {
    return this.shown.count;
  }

  /** Where the selection stands, and how it is moved: a selected row that goes with its run is let go of before. */
  follow(selection: { now(): Node | undefined; readonly move: Show }): void {
    this.selection = selection;
  }

  get selected(): Node | undefined {
    return this.selection?.now();
  }

  /** Brings an element into sight: after the changes that are there, and before the next ones are told. Of several that wait only the last is. */
  reveal(node: Node, show: Show): void {
    this.wanted = { node, show };
    if (this.isFree) this.turn();
    else this.pace.want();
  }

  /** Nothing that VS Code may ask for changes now. */
  get isHeld(): boolean {
    return this.brought.goesOn;
  }

  /** The parent of an element on the way to the one that is brought into sight. */
  parentOnWay(node: Node): Node | undefined {
    return this.brought.parentOf(node);
  }

  dispose(): void {
    this.store.dispose();
  }

  private get isFree(): boolean {
    return !this.brought.goesOn && !this.drawing.goesOn;
  }


  /** Tells what has changed; then brings into sight what is to be there. */
  private turn(): Told<Node> {
    const heir = this.allDirty && this.isShown ? this.heir() : null;
    if (heir !== null) {
      this.hold(new Map(), () => heir.move(heir.node));
      return null;
    }
    const { wanted } = this;
    this.wanted = null;
    const way = wanted === null ? null : this.wayTo(wanted.node);
    // VS Code finds an element only among the children that it has, where it has any.
    for (const [child, parent] of way ?? []) if (this.shown.below(parent)?.includes(child) === false) this.dirty.add(parent);
    const told = this.tell();
    if (wanted !== null && way !== null) this.hold(way, () => wanted.show(wanted.node));
    return told;
  }

  private tell(): Told<Node> {
    if (!this.isShown) return null;
    const top = new Set(this.content.childrenNow(undefined));
    const changed = [...this.dirty].filter((node) => this.shown.has(node) && top.has(this.content.rootOf(node)) && this.isNew(node));
    this.dirty.clear();
    const all = this.allDirty;
    this.allDirty = false;
    if (all || changed.length > 0) this.drawing.told();
    if (all) {
      this.changes.fire(undefined);
      return 'all';
    }
    if (changed.length === 0) return null;
    const told = changed.length > mostTold ? [...new Set(changed.map((node) => this.content.rootOf(node)))] : changed;
    this.changes.fire(told);
    return told;
  }

  /** Whether it looks otherwise than VS Code has it, or has other elements below: each telling takes back what is below. */
  private isNew(node: Node): boolean {
    if (this.looks.get(node) !== this.content.lookOf(node)) return true;
    const below = this.shown.below(node);
    if (below === undefined) return false;
    const now = this.content.childrenNow(node);
    // Of folds and single findings nobody tells alone.
    return now.length !== below.length || now.some((each, at) => each !== below[at] || ((each.kind === 'fold' || each.kind === 'finding') && this.isNew(each)));
  }

  private hold(way: ReadonlyMap<Node, Node>, act: () => Thenable<unknown>): void {
    this.brought.begin(way, act, () => {
      if (this.wanted !== null && this.isFree) this.turn();
      else this.pace.want();
    });
  }

  /** Each element's parent from one up to the top; null where it is not listed: its run was closed, or it stands behind others. */
  private wayTo(node: Node): Map<Node, Node> | null {
    const way = new Map<Node, Node>();
    for (let at = node; ; ) {
      const parent = this.content.getParent(at);
      if (!this.content.childrenNow(parent).includes(at)) return null;
      if (parent === undefined) {
        if (this.shown.below(undefined)?.includes(at) === false) this.allDirty = true;
        return way;
      }
      way.set(at, parent);
      at = parent;
    }
  }

  /**
   * The element at the top that is to be selected instead of one whose run was closed. VS Code has forgotten that one as soon as it has the new list, and
   * goes on taking it for the selection until it has drawn all that is below the others.
   */
  private heir(): { readonly node: Node; readonly move: Show } | null {
    const { selection, selected } = this;
    if (selection === null || selected === undefined || selected === this.moved) return null;
    const top = this.content.childrenNow(undefined);
    if (top.includes(this.content.rootOf(selected))) return null;
    this.moved = selected;
    const node = this.shown.below(undefined)?.find((each) => top.includes(each));
    return node === undefined ? null : { node, move: selection.move };
  }
}
