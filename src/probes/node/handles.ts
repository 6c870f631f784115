/** What we use of Node's own objects behind its sockets, as it has been from Node 16 to 24. None of it is promised: each is looked for before use. */
import type { Server, Socket } from 'node:net';

/** libuv's TCP socket or pipe, or TLS on top of one. */
export interface Handle {
  readonly fd?: number;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** Of TLS: what it stands on. */
  readonly _parent?: Handle;
  onconnection?: unknown;
  getsockname?(out: Address): number;
  getpeername?(out: Address): number;
}

export interface Address {
  address?: string;
  port?: number;
  family?: string;
}

export type Handled<T> = T & { _handle?: Handle | null; _server?: Handled<Server> | null; _pipeName?: string; _readableState?: { ended?: boolean; errored?: unknown } };
export type HandledSocket = Handled<Socket>;
export type HandledServer = Handled<Server>;

export type Method = (this: object, ...given: unknown[]) => unknown;

/**
 * Puts another function in a method's place, where it stands (on the prototype that has it), with its name and its number of arguments.
 * Only of methods below which nothing of the user's runs: so our frame is in no stack that anybody sees.
 */
export function replace(object: object, name: string | symbol, make: (original: Method) => Method): void {
  let holder: object | null = object;
  while (holder !== null && !Object.prototype.hasOwnProperty.call(holder, name)) holder = Object.getPrototypeOf(holder) as object | null;
  if (holder === null) return;
  const property = Object.getOwnPropertyDescriptor(holder, name)!;
  const original: unknown = property.value;
  if (typeof original !== 'function' || property.configurable !== true || made.has(original)) return;
  const method = make(original as Method);
  Object.defineProperty(method, 'name', { value: original.name, configurable: true });
  Object.defineProperty(method, 'length', { value: original.length, configurable: true });
  made.add(method);
  Object.defineProperty(holder, name, { ...property, value: method });
}

const made = new WeakSet();
