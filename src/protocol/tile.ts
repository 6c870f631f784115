/**
 * A tile: what the timeline needs to draw one viewport, in columns, at that viewport's resolution.
 * Its size depends on the pixels asked for, never on the recording's length.
 *
 * A row is a sequence of spans that don't overlap. Those of at least one bin are *vectors*, with their exact begin and end;
 * all thinner ones are counted in *cells*, one per bin, in the bin that they begin in:
 *
 *     spans    ▕████████▏▕▏▕▏▕▏▕▏▕▏▕███████▏▕▏
 *     bins     |    |    |    |    |    |    |      aligned to time 0: panning moves no bin
 *     tile     ▕████████▏ ▂    ▅    ▂   ▕███████▏▂
 *
 * So every span in the range is one vector, or counted in one cell.
 */
import type { ArrowKind, SourcePosition } from './report';
import type { TileSeries } from './series';
import type { StopAt, StoppedTime, WithoutStops } from './stopped';
import type { SpanState } from './states';

export interface TileRequest {
  /** Counts up; an answer with an older number than the last drawn is thrown away. */
  sequence: number;
  fromNs: number;
  toNs: number;
  /** Width in device pixels: a bin is about one of them. */
  width: number;
  /** The rows to fill, by id. */
  rows: string[];
  /** Whether all arrows are wanted. Most of the time nobody looks at them, and looking through those of the range costs by their number. */
  arrows?: boolean;
  /**
   * The tile that is there already (its sequence), of a window that follows the present: the answer waits until there is something
   * new, a second at most, and is a patch where only the end of the rows is. The patch continues the answer before it, which may be
   * still under way.
   */
  base?: number;
  /**
   * A question with `base` gets so many answers at most, while they are patches: of its sequence, the next number, and so on; one where
   * it is absent. Each but the first is news that nobody had to ask for.
   */
  patches?: number;
  /** News is wished at most so often, ms. */
  everyMs?: number;
}

/** Bits of `spanFlags`. */
export const spanFlags = {
  /** The span has not ended: it is drawn to the present. */
  open: 1,
} as const;

export interface TileArrow {
  kind: ArrowKind;
  /** Row ids. */
  from: string;
  to: string;
  atNs: number;
}

/** A stretch of a row that a debugger's stop lies over. */
export interface TileBand {
  row: string;
  fromNs: number;
  /** The tile's present while it lasts. */
  toNs: number;
  open: boolean;
  /** The row stood in a call anyway. */
  light: boolean;
  /** How much of it was stopped: less than its length where it stands for several stops that are near each other. */
  stoppedNs: number;
  /** How many stops it stands for. */
  stops: number;
  /** How many of them somebody asked for: the others are the debugger's own. */
  asked: number;
  /** The thread that was stopped; null where it is unknown. */
  thread: string | null;
  /** As the debugger calls it; null where it told none, and of several. Of one that was asked for beside the debugger's own, that one's; so `at`. */
  reason: string | null;
  at: { file: string; line: number } | null;
}

/** A cell of so many spans or more says so in `cellMany`. */
export const manySpans = 255;

/** Columns are top-level buffers so that they cross into the webview uncopied. */
export interface Tile extends Partial<TileSeries> {
  sequence: number;
  fromNs: number;
  toNs: number;
  /** The recording's present: open spans end here. */
  nowNs: number;
  rows: string[];
  /** Width of a bin, ns: a power of two. Bins begin at multiples of it, counted from the first event. */
  binNs: number;
  /** The number of the first bin in sight: it begins at `firstBin * binNs`. */
  firstBin: number;

  /** Vectors: spans of at least a bin, and open ones; ordered by row, then begin. They may reach out of the tile. */
  count: number;
  /** Uint16Array: index in `rows`. */
  spanRow: ArrayBuffer;
  /** Float64Array, ns. */
  spanBegin: ArrayBuffer;
  /** Float64Array, ns. */
  spanEnd: ArrayBuffer;
  /** Uint8Array: code of a SpanState. */
  spanState: ArrayBuffer;
  /** Uint32Array: number of the owning thread (t7 → 7), 0 for none: connection lanes are coloured by it. */
  spanOwner: ArrayBuffer;
  /** Uint8Array: spanFlags. */
  spanFlags: ArrayBuffer;

  /** Runs of cells in neighbouring bins with one owner; ordered by row, then bin. Uint16Array: index in `rows`. */
  runRow: ArrayBuffer;
  /** Uint16Array: the run's first bin, counted from `firstBin`. */
  runBin: ArrayBuffer;
  /** Uint16Array: how many cells, in so many bins. */
  runLength: ArrayBuffer;
  /** Uint32Array: as `spanOwner`; the owner of the last span of the cell's state. */
  runOwner: ArrayBuffer;
  /** A cell each, run after run. Uint8Array: the state that took the most time, of equals the one of the lowest code. */
  cellState: ArrayBuffer;
  /** Uint8Array: that state's share of the bin, in 255ths; at least 1. A thin span counts whole, at least as 1 ns, in the bin that it begins in. */
  cellShare: ArrayBuffer;
  /** Uint8Array: the share of the cell's other states, in 255ths; with `cellShare` at most 255. */
  cellRest: ArrayBuffer;
  /** Uint8Array: how many spans; `manySpans`: as `cellMany` says. */
  cellSpans: ArrayBuffer;
  /** Uint32Array: for each cell of `manySpans`, in order. */
  cellMany: ArrayBuffer;

  /** In the order of time; none where they were not asked for. */
  arrows: TileArrow[];
  /** How many more there are than `arrows` holds: those are spread evenly. */
  moreArrows: number;
  /** Where a debugger's stops lie, by row, in the order of time. Absent where nothing was stopped. */
  bands?: TileBand[];
}

/** What a tooltip or the selection shows about one moment of one row. */
export interface DetailsRequest extends WithoutStops {
  row: string;
  atNs: number;
}

export interface Details {
  row: string;
  atNs: number;
  /** The span under the moment; null between spans. */
  span: { state: SpanState; beginNs: number; endNs: number | null } | null;
  /** What the wait is on: a row's id with its label, or a thing that has no row. */
  on: { id: string; label: string; channel: ChannelFacts | null } | null;
  /** Who keeps it waiting: for a queued connection the thread that holds the accept loop, and the connection it serves. */
  cause: { thread: string; threadLabel: string; connection: string | null; connectionLabel: string | null } | null;
  site: SourcePosition | null;
  /** The line that the cause stands at. */
  causeSite: SourcePosition | null;
  bytesIn: number | null;
  bytesOut: number | null;
  /** What the request handler of a connection was at: setup, handle or finish, and the exception that left it. */
  handler: { phase: string; error: string | null } | null;
  /**
   * How a thread has spent its life so far, ns that add up to it; null where no observer looked at it. ready: for a CPU; gil: for the
   * interpreter lock.
   */
  shares: ThreadShares | null;
  /** Of a process, which has memory of its own, or of a thread, which shares it with the others of its process. */
  memory: 'own' | 'shared' | null;
  /** A debugger's stop that lies over the moment. Absent where none does. */
  stop?: StopAt;
  /** How much of the span was stopped; where it is asked for. */
  stopped?: StoppedTime;
}

/** A channel as one process sees it: `pipe 4→3 to worker`. */
export interface ChannelFacts {
  kind: 'pipe' | 'fifo' | 'socketpair' | 'queue';
  /** The descriptors that it was made with, as bytes go: from the writing to the reading end; null where it was found. */
  descriptors: { writing: number; reading: number } | null;
  /** Which way this process uses it; `with` both ways, or where that is not known. */
  way: 'to' | 'from' | 'with';
  /** Who else uses it, at most three, and how many more there are. */
  others: string[];
  more: number;
}

export interface ThreadShares {
  running: number;
  ready: number;
  gil: number;
  blocked: number;
  stopped: number;
  unknown: number;
}
