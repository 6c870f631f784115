/** What is known of a socket behind one of libuv's handles. */
import type { Handle, HandledSocket } from './handles';
import type { Served } from './loop';
import type { Place } from './sites';

export class Known implements Served {
  received = 0;
  sent = 0;
  /** How its connect was called, while that is under way. */
  connecting: { place: Place; put: (at: number) => void } | null = null;
  looked = 0;
  mayHaveEnded = false;
  toldEnd = false;
  socket: HandledSocket | null = null;

  constructor(
    /** Whose counters count: TLS's own, where there is one. */
    public handle: Handle,
    readonly descriptor: number,
    readonly listens: boolean,
  ) {}

  name(): string {
    const { socket } = this;
    if (socket === null) return '';
    const [serves] = [...(socket._server?.listeners('request') ?? []), ...socket.listeners('data')];
    return serves === undefined || serves.name.startsWith('bound ') || serves.name === 'socketOnData' ? '' : serves.name;
  }
}
