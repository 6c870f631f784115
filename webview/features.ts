/** The panel's features, in the order in which they stand in a slot and are asked for a press. */
import type { MakeFeature } from './feature';
import { causes } from './features/causes';
import { stops } from './features/stops';
import { centring } from './features/centring';
import { cursor } from './features/cursor';
import { events } from './features/events';
import { grouping } from './features/grouping';
import { history } from './features/history';
import { keySheet } from './features/keySheet';
import { live } from './features/live';
import { details } from './features/details';
import { minimap } from './features/minimap';
import { table } from './features/table';
import { trouble } from './features/trouble';
import { moving } from './features/moving';
import { pins } from './features/pins';
import { filter } from './features/filter';
import { notes } from './features/notes';
import { picture } from './features/picture';
import { range } from './features/range';
import { sameObject } from './features/sameObject';
import { replay } from './features/replay';
import { search } from './features/search';
import { numbers } from './features/numbers';
import { rowMenu } from './features/rowMenu';

export const features: readonly MakeFeature[] = [
  moving,
  centring,
  events,
  history,
  minimap,
  pins,
  cursor,
  live,
  keySheet,
  replay,
  details,
  filter,
  sameObject,
  notes,
  range,
  search,
  picture,
  table,
  trouble,
  grouping,
  numbers,
  causes,
  stops,
  rowMenu,
];
