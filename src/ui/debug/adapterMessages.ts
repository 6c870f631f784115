/**
 * What is read of the debug adapter protocol. Adapters are programs of others: a field may be missing, of another type or out of
 * range, and none of that may throw into the editor's session. So every field is asked for, and what is not as it should be is null.
 */

type Fields = Readonly<Record<string, unknown>>;

export interface AdapterMessage {
  readonly type: 'request' | 'response' | 'event';
  /** The event's name, or the request's command. */
  readonly name: string;
  /** A request's own number; of a response the request's that it answers. */
  readonly request: number | null;
  /** A response that says no. */
  readonly failed: boolean;
  /** An event's or response's body, a request's arguments. */
  readonly body: Fields;
}

/** Null for what is no message of the protocol. */
export function readMessage(value: unknown): AdapterMessage | null {
  const message = fields(value);
  switch (message.type) {
    case 'event':
      return typeof message.event === 'string' ? { type: 'event', name: message.event, request: null, failed: false, body: fields(message.body) } : null;
    case 'request':
      return typeof message.command === 'string' ? { type: 'request', name: message.command, request: whole(message.seq), failed: false, body: fields(message.arguments) } : null;
    case 'response':
      return typeof message.command === 'string'
        ? { type: 'response', name: message.command, request: whole(message.request_seq), failed: message.success !== true, body: fields(message.body) }
        : null;
    default:
      return null;
  }
}

/** An object's fields; none of anything else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A number that a mark can hold: whole, 0 to 2^32 - 1. */
export function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : null;
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
