/** elkjs describes its worker script as a DOM Worker; loaded as a module it gives an object of this shape. */
declare module 'elkjs/lib/elk-worker.min.js' {
  export const Worker: new (url: string) => globalThis.Worker;
}
