/**
 * Why something waits: from one row to the one that it waits for, and on from there.
 *
 *     c2  queued ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│      c2 waits to be accepted by t1
 *     t1     receive c1 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│        which waits for bytes of c1, at server.py:31
 *     c1     receiveWait ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│        whose client sends nothing
 *            ├─────── window ───────────┤
 *
 * Each link narrows the window of time to what it and those before it have in common; the next one is judged by what it did most
 * in there, not by what it happened to do at one moment.
 */
import type { Connection } from '../model/connection';
import type { Model } from '../model/model';
import type { Span } from '../model/span';
import type { CauseChain, CauseChainRequest, CauseLink, Named } from '../protocol/causeChain';
import { momentOf, named, stepOf, type Step } from './causeStep';
import { describe } from './details';
import { findThing, labelOf, type RowThing } from './things';

/** More than a person follows. */
const mostLinks = 8;

/** @param nowNs the present, ns from the first event. */
export function causeChain(model: Model, { row, atNs }: CauseChainRequest, nowNs: number): CauseChain {
  const links: CauseLink[] = [];
  let thing: RowThing | null = findThing(model, row) ?? null;
  let window: Span | null = null;
  let serves: Connection | null = null;
  let before: RowThing | null = null;
  while (thing !== null) {
    if (links.length === mostLinks) return { links, more: true };
    const at: number = window === null ? atNs + model.originNs : momentOf(thing, window);
    const { span, site } = describe(model, { row: thing.id, atNs: at - model.originNs }, nowNs);
    if (span === null) break;
    const whole: Span = { fromNs: span.beginNs + model.originNs, toNs: (span.endNs ?? nowNs) + model.originNs };
    window = window === null ? whole : narrowed(window, whole, at);
    const step: Step = stepOf(model, thing, at, window, span.state, before);
    const known = step.next === null ? -1 : links.findIndex((link) => link.row === step.next!.id);
    links.push({
      row: thing.id, label: labelOf(model, thing), process: processOf(model, thing), atNs: at - model.originNs, state: span.state, beginNs: span.beginNs, endNs: span.endNs,
      why: step.why, on: step.on ?? null, serves: named(model, serves), site, backTo: step.next === thing ? links.length : known < 0 ? null : known,
    });
    if (known >= 0 || step.next === thing) break;
    serves = step.serves ?? null;
    before = thing;
    thing = step.next;
  }
  return { links, more: false };
}

function narrowed(a: Span, b: Span, atNs: number): Span {
  const [fromNs, toNs] = [Math.max(a.fromNs, b.fromNs), Math.min(a.toNs, b.toNs)];
  return fromNs < toNs ? { fromNs, toNs } : { fromNs: atNs, toNs: atNs };
}

function processOf(model: Model, thing: RowThing): Named | null {
  switch (thing.kind) {
    case 'thread':
      return named(model, thing.process);
    case 'task':
      return named(model, thing.thread.process);
    case 'connection':
      return named(model, thing.owner?.process ?? null);
    default:
      return null;
  }
}
