/** Where one can go from a row: the rows that it belongs to or came from, and its places in the source. */
import type { Model } from '../model/model';
import type { Reference } from '../model/references';
import type { Linked, LinkRole, PlaceRole } from '../protocol/inspection';
import type { SourcePosition } from '../protocol/report';
import { hasRow } from './tasks';
import { labelOf, type RowThing } from './things';

type Link = { role: LinkRole } & Linked;

export function linksOf(model: Model, thing: RowThing): Link[] {
  const links: Link[] = [];
  const add = (role: LinkRole, other: RowThing | null | undefined): void => {
    if (other !== null && other !== undefined) links.push({ role, id: other.id, label: labelOf(model, other) });
  };
  switch (thing.kind) {
    case 'process':
      add('parent', thing.parent);
      add('startedBy', thing.bornBy);
      add('reapedBy', thing.reapedBy);
      break;
    case 'thread':
      add('process', thing.process);
      add('startedBy', thing.startedBy);
      add('joinedBy', thing.joinedBy);
      break;
    case 'task':
      add('owner', thing.thread);
      add('process', thing.thread.process);
      break;
    case 'connection':
      add('owner', thing.owner);
      if (thing.task !== null && hasRow(thing.task, model.latestNs)) add('task', thing.task);
      add('otherEnd', thing.otherEnd);
      add('listener', thing.listener);
      break;
    case 'listener':
      for (const owner of [...thing.owners].slice(0, 4)) add('process', owner);
      break;
  }
  return links;
}

export function placesOf(model: Model, thing: RowThing): { role: PlaceRole; site: SourcePosition }[] {
  const places: { role: PlaceRole; site: SourcePosition }[] = [];
  const add = (role: PlaceRole, reference: Reference | null): void => {
    const site = model.site(reference);
    if (site !== null) places.push({ role, site });
  };
  switch (thing.kind) {
    case 'process':
      add('started', thing.bornAt);
      add('reaped', thing.reapedAt);
      break;
    case 'thread':
      add('started', thing.startedAt);
      break;
    case 'task':
      add('started', thing.createdAt);
      break;
    case 'connection':
      add('accepted', thing.acceptedAt);
      break;
    case 'listener':
      add('listening', thing.listenedAt);
      break;
  }
  return places;
}
