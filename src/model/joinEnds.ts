/** Two connections that are one: what each end knows of the other. */
import type { Connection } from './connection';
import type { World } from './world';

/** The client's connect returned when the connection was established: that is when the server's end began to queue. */
export function joinBoth(world: World, one: Connection, other: Connection): void {
  one.otherEnd = other;
  other.otherEnd = one;
  world.changed.add(one).add(other);
  const server = one.role === 'server' ? one : other;
  const client = server === one ? other : one;
  dateByClient(server, client);
}

/** The server's end began to queue when its client's connect returned, at the latest. */
export function dateByClient(server: Connection, client: Connection): void {
  if (client.role !== 'client' || server.role !== 'server' || client.acceptedNs === null) return;
  const ns = Math.min(client.acceptedNs, server.acceptedNs ?? Infinity);
  const { queued } = server;
  // It was established while connect was under way, at its end for all that is known.
  const began = client.connectNs ?? (queued === null ? ns : queued.ns - queued.withinNs);
  server.setQueued({ ns, withinNs: Math.max(0, ns - began) });
}
