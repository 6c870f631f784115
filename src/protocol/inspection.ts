/** What the details pane shows of one row at one moment: what it does, its totals, its events around the moment, and where one can go from it. */
import type { ArrowKind, SourcePosition } from './report';
import type { SpanState } from './states';
import type { StoppedTime, WithoutStops } from './stopped';
import type { Details } from './tile';

export interface InspectionRequest extends WithoutStops {
  row: string;
  /** ns from the first event. */
  atNs: number;
  /** At most so many events before the moment, and so many from it on. */
  around: number;
}

/** A thing with a row. */
export interface Linked {
  id: string;
  label: string;
}

/** A span of the row's lane, or (`arrow`) a moment at which it had to do with another row. */
export interface InspectedEvent {
  beginNs: number;
  /** Of an arrow the same moment; null where it goes on. */
  endNs: number | null;
  /** Null for an arrow. */
  state: SpanState | null;
  /** `out`: the row is where it comes from. */
  arrow: { kind: ArrowKind; way: 'out' | 'in' } | null;
  /** What the wait is on, or the arrow's other end. */
  on: Details['on'];
  site: SourcePosition | null;
  /** How much of it was stopped; where it is asked for. */
  stopped?: StoppedTime;
}

/** How often the row was in a state, and for how long; what goes on counts to the present. */
export interface StateTotal {
  state: SpanState;
  count: number;
  totalNs: number;
  longestNs: number;
  /** Begin of the longest. */
  longestAtNs: number;
}

export type LinkRole = 'process' | 'parent' | 'startedBy' | 'owner' | 'otherEnd' | 'listener' | 'reapedBy' | 'joinedBy' | 'task';

/** Why a place in the source belongs to the row. */
export type PlaceRole = 'started' | 'accepted' | 'listening' | 'reaped';

export interface Inspection {
  row: string;
  atNs: number;
  /** What it does at the moment, and why. */
  details: Details;
  /** The longest first. */
  totals: StateTotal[];
  /** From its begin to its end, or to the present. */
  lifeNs: number;
  /** How long it stood in the accept queue without stopped time; where that is asked for and known. */
  queueNs?: number;
  /** In the order of time. */
  events: InspectedEvent[];
  /** How many of `events` begin before the moment. */
  before: number;
  /** There are more events than these, before or after. */
  more: { before: boolean; after: boolean };
  links: ({ role: LinkRole } & Linked)[];
  places: { role: PlaceRole; site: SourcePosition }[];
}
