/**
 * Which elements VS Code has been given, and below which. It knows an element by its id, and wants every id once: of one that is given below a second
 * parent before the first was told that it has gone, it says that it is there already, to the person. And with an element that it asks for anew it takes back
 * all that it was given below:
 *
 *     told: a row ─► VS Code takes back all below it ─► asks for the row ─► asks for its children, and for theirs
 */
export class ShownElements<T extends object> {
  /** By parent; the top's is undefined. */
  private readonly given = new Map<T | undefined, readonly T[]>();
  private readonly parents = new Map<T, T | undefined>();

  all(): IterableIterator<T> {
    return this.parents.keys();
  }

  /** How many it has. */
  get count(): number {
    return this.parents.size;
  }

  has(element: T): boolean {
    return this.parents.has(element);
  }

  /** What it has below an element; undefined where it has not asked for that, or has taken it back. */
  below(parent: T | undefined): readonly T[] | undefined {
    return this.given.get(parent);
  }

  /**
   * VS Code asks for children.
   * @returns those that it may be given, and the parents below which it has others: they are to be told.
   */
  give(parent: T | undefined, children: readonly T[]): { readonly children: readonly T[]; readonly elsewhere: ReadonlySet<T | undefined> } {
    this.takeBack(parent);
    const elsewhere = new Set<T | undefined>();
    const free = children.filter((child) => {
      if (!this.parents.has(child)) return true;
      elsewhere.add(this.parents.get(child));
      return false;
    });
    for (const child of free) this.parents.set(child, parent);
    this.given.set(parent, free);
    return { children: free, elsewhere };
  }

  /** VS Code asks for an element itself: what was below is taken back. */
  takeBack(parent: T | undefined): void {
    const children = this.given.get(parent);
    if (children === undefined) return;
    this.given.delete(parent);
    for (const child of children) {
      this.parents.delete(child);
      this.takeBack(child);
    }
  }
}
