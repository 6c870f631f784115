/**
 * What a person can do with the panel comes as features: search, the minimap, notes… A feature is made once with the panel, reads its
 * signals, and gives any of the parts below; nothing else in the webview knows that it exists. `features/README.md` says
 * how to add one.
 *
 *   ┌ header ─────────────────────── toolbar ┐
 *   │ process tree                           │
 *   ├ above ─────────────────────────────────┤   minimap, search
 *   │ timeline (layers, gestures)    │ side  │   details
 *   ├ below ─────────────────────────────────┤   tables
 *   └────────────────────────────────────────┘   overlay: dialogs over all of it
 */
import type { JSX } from 'preact';
import type { RowsUpdate } from '../src/protocol/rows';
import type { Action } from './actions';
import type { Panel } from './panel';
import type { Scene } from './timeline/painter';
import type { Surface } from './timeline/surface';

/** `lanes` lies over axis and lanes and lets the pointer through; what takes it says so in its style. */
export type Slot = 'toolbar' | 'above' | 'lanes' | 'side' | 'below' | 'overlay';

/** Paints over the lanes, or under their spans, or over the axis, with every frame; `controller.repaint()` asks for one. */
export interface Layer {
  readonly over: 'background' | 'spans' | 'axis';
  paint(surface: Surface, scene: Scene): void;
}

/** A press over the lanes or the axis that a feature has taken for itself. */
export interface Gesture {
  move(event: PointerEvent): void;
  /** @param cancelled it came to nothing. */
  end(event: PointerEvent, cancelled: boolean): void;
}

export interface Feature {
  /** Under this name its memory is kept: never changed. */
  readonly name: string;
  readonly actions?: readonly Action[];
  /** A component gives null while it has nothing to show. */
  readonly slots?: Readonly<Partial<Record<Slot, () => JSX.Element | null>>>;
  readonly layers?: readonly Layer[];
  /** The first feature that takes a press has it; null leaves it to others, and then it pans. */
  press?(event: PointerEvent, on: 'lanes' | 'axis'): Gesture | null;
  /** What is kept across reloads; signals that it reads are watched. Plain data. */
  remember?(): unknown;
  /** What `remember` gave before a reload; another version may have written it. Called when the same recording is shown again. */
  restore?(memory: unknown): void;
  /** Takes what the host says of the rows for itself: the store then does not hear of it. */
  update?(update: RowsUpdate): boolean;
  /** Another recording is shown. */
  reset?(): void;
  dispose?(): void;
}

export type MakeFeature = (panel: Panel) => Feature;
