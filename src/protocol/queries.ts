/**
 * Questions about an opened recording that are answered once: the panel asks, the host passes them on unread, the engine
 * answers (`lanes/queries.ts` has a handler for each). A new question is a line here and a handler there; nothing between them changes.
 *
 * What is answered may hold ArrayBuffers: they are moved, not copied, on the way.
 */
import type { ArrowsOf, ArrowsOfRequest } from './arrowsOf';
import type { BreakPlaces, BreakPlacesRequest } from './breakPlaces';
import type { CauseChain, CauseChainRequest } from './causeChain';
import type { FindRequest, Found, Quiet, QuietRequest, SameObject, SameObjectRequest, Totals, TotalsRequest } from './explore';
import type { NumberReading, NumberRequest } from './series';
import type { Inspection, InspectionRequest } from './inspection';
import type { Neighbour, NeighbourRequest, Overview, OverviewRequest, States, StatesRequest } from './navigate';
import type { NotesAnswer, NotesRequest } from './notes';
import type { Standing, StandingRequest } from './standing';
import type { StoppedRequest, StoppedTime } from './stopped';
import type { Details, DetailsRequest } from './tile';

export interface Queries {
  /** What a tooltip says about one moment of one row. */
  details: { ask: DetailsRequest; answer: Details };
  /** Per row and state: how long, how often, the longest. */
  totals: { ask: TotalsRequest; answer: Totals };
  /** All waits on the object that one moment waits for. */
  sameObject: { ask: SameObjectRequest; answer: SameObject };
  /** Waits by source place and object. */
  find: { ask: FindRequest; answer: Found };
  /** A person's notes; kept in the recording. */
  notes: { ask: NotesRequest; answer: NotesAnswer };
  /** Rows on which nothing happens in a range. */
  quiet: { ask: QuietRequest; answer: Quiet };
  /** What a row of numbers says at a moment. */
  number: { ask: NumberRequest; answer: NumberReading };
  /** Why a row waits at a moment, link by link. */
  causeChain: { ask: CauseChainRequest; answer: CauseChain };
  /** The arrows of the selection. */
  arrowsOf: { ask: ArrowsOfRequest; answer: ArrowsOf };
  /** What the details pane shows of it. */
  inspect: { ask: InspectionRequest; answer: Inspection };
  /** The whole recording, for the strip above the timeline. */
  overview: { ask: OverviewRequest; answer: Overview };
  /** The next or previous event of a row; null where there is none. */
  neighbour: { ask: NeighbourRequest; answer: Neighbour | null };
  /** Who stands at the lines of source files now; for the editor. */
  standing: { ask: StandingRequest; answer: Standing };
  /** Where a debugger can be told to stop what a row does next; for the editor. */
  breakPlaces: { ask: BreakPlacesRequest; answer: BreakPlaces };
  /** How much of some stretches of time a debugger's stops took. */
  stopped: { ask: StoppedRequest; answer: StoppedTime[] };
  /** How rows stood at a moment. */
  statesAt: { ask: StatesRequest; answer: States };
}

export type QueryName = keyof Queries;
export type Ask<K extends QueryName> = Queries[K]['ask'];
export type Answer<K extends QueryName> = Queries[K]['answer'];

export type Query = { [K in QueryName]: { name: K; ask: Ask<K> } }[QueryName];
