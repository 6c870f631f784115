/** Who answers which question about a recording (`protocol/queries.ts`): a handler each, in a file of its own. */
import type { Model } from '../model/model';
import type { Answer, Ask, Query, QueryName } from '../protocol/queries';
import { arrowsOf } from './arrowsOf';
import { breakPlaces } from './breakPlaces';
import { causeChain } from './causeChain';
import { describe } from './details';
import { find } from './find';
import { neighbour } from './neighbour';
import { overview } from './overview';
import { quietRows } from './quiet';
import { sameObject } from './sameObject';
import { standing } from './standing';
import { statesAt } from './statesAt';
import { stoppedOf } from './withoutStops';
import { totalsOf } from './totals';
import { numberAt } from './series';
import { inspect } from './inspect';

/** Notes are the engine's: no model knows them. */
type OfModel = Exclude<QueryName, 'notes'>;

/** @param nowNs the present, ns from the first event. */
type Handler<K extends QueryName> = (model: Model, ask: Ask<K>, nowNs: number) => Answer<K>;

const handlers: { readonly [K in OfModel]: Handler<K> } = {
  details: describe,
  totals: totalsOf,
  sameObject,
  find,
  quiet: quietRows,
  number: numberAt,
  causeChain,
  arrowsOf,
  inspect,
  overview,
  neighbour,
  standing,
  breakPlaces,
  stopped: stoppedOf,
  statesAt,
};

/** @param nowNs the present, ns from the first event. */
export function answerQuery(model: Model, query: Exclude<Query, { name: 'notes' }>, nowNs: number): Answer<QueryName> {
  // One of a table: the compiler can't know that the handler of a name takes that name's question.
  const handle: unknown = handlers[query.name];
  return (handle as Handler<QueryName>)(model, query.ask, nowNs);
}
