/** What is made once for each name, and is the same thing from then on: whoever knows it by identity finds it again. Of each owner its own, which go with it. */
export class MadeOnce<O extends object, T> {
  private readonly byOwner = new WeakMap<O, Map<string, T>>();

  of(owner: O, name: string, make: () => T): T {
    let byName = this.byOwner.get(owner);
    if (byName === undefined) this.byOwner.set(owner, (byName = new Map<string, T>()));
    let known = byName.get(name);
    if (known === undefined) byName.set(name, (known = make()));
    return known;
  }
}
