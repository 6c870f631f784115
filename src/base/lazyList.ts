/**
 * A list whose things are made while somebody goes over them, anew each time: what is too long to stand in memory as objects can
 * still be written, thing by thing.
 */
export class LazyList<T> implements Iterable<T> {
  /** @param make begins again at the first thing with each call. */
  constructor(private readonly make: () => Iterator<T>) {}

  [Symbol.iterator](): Iterator<T> {
    return this.make();
  }

  /** For who has JSON.stringify write it: an array like any other. */
  toJSON(): T[] {
    return [...this];
  }
}
