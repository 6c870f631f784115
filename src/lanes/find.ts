/**
 * Waits by where they stand in the source and by what they are on: `handler.py:42`, `do_GET`, `lock 3`.
 *
 * A recording has few places and objects and many waits, so each place is compared with the text once; a wait then costs a look-up.
 */
import type { Model, Waiting } from '../model/model';
import type { Found, FindRequest } from '../protocol/explore';
import { hasRow } from './tasks';
import { findThing, labelOf } from './things';

/** Nobody steps through more. */
const mostFound = 1000;
/** Waits that are looked at, some 150 ms. */
const mostLooked = 3_000_000;

export function find(model: Model, { text }: FindRequest): Found {
  const wanted = text.trim().toLowerCase();
  const found: { thing: string; at: number }[] = [];
  let looked = 0;
  if (wanted !== '') {
    const match = new Matches(model, wanted);
    for (const list of [model.threads, model.tasks.filter((task) => hasRow(task, model.latestNs))]) {
      for (const each of list) {
        if (looked >= mostLooked || found.length > mostFound) break;
        const { waits } = each;
        looked += waits.count;
        for (let row = 0; row < waits.count && found.length <= mostFound; row++) {
          if (match.wait(each, row)) found.push({ thing: each.id, at: waits.begin(row) - model.originNs });
        }
      }
    }
  }
  const more = found.length > mostFound || looked >= mostLooked;
  found.length = Math.min(found.length, mostFound);
  found.sort((a, b) => a.at - b.at);
  const rows = [...new Set(found.map(({ thing }) => thing))];
  const index = new Map(rows.map((id, at) => [id, at]));
  return {
    rows, count: found.length, more,
    row: Uint32Array.from(found, ({ thing }) => index.get(thing)!).buffer,
    at: Float64Array.from(found, ({ at }) => at).buffer,
  };
}

/** Which places and objects contain the text; each is looked at once. */
class Matches {
  private readonly sites = new Map<number, boolean>();
  private readonly objects = new Map<number, boolean>();

  constructor(
    private readonly model: Model,
    private readonly wanted: string,
  ) {}

  wait(waiting: Waiting, row: number): boolean {
    return this.site(waiting, row) || this.object(waiting, row);
  }

  private site(waiting: Waiting, row: number): boolean {
    const key = waiting.waits.siteOwner(row) * 2 ** 32 + waiting.waits.site(row);
    let matches = this.sites.get(key);
    if (matches === undefined) {
      const site = this.model.waitSite(waiting, row);
      matches = site !== null && `${site.file}:${String(site.line)} ${site.function}`.toLowerCase().includes(this.wanted);
      this.sites.set(key, matches);
    }
    return matches;
  }

  /** `lock:3` is found as `lock 3` too, `connection:c1` by its label. */
  private object(waiting: Waiting, row: number): boolean {
    const kind = waiting.waits.objectKind(row);
    const key = kind * 2 ** 32 + waiting.waits.object(row);
    let matches = this.objects.get(key);
    if (matches === undefined) {
      const reference = this.model.waitObject(waiting, row);
      const id = reference?.split(':')[1] ?? '';
      const thing = /^[ptkcl]\d+$/.test(id) ? findThing(this.model, id) : undefined;
      const label = thing === undefined ? '' : labelOf(this.model, thing);
      matches = reference !== null && `${reference} ${reference.replace(':', ' ')} ${label}`.toLowerCase().includes(this.wanted);
      this.objects.set(key, matches);
    }
    return matches;
  }
}
