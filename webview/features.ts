/** The panel's features, in the order in which they stand in a slot and are asked for a press. */
import type { MakeFeature } from './feature';
import { moving } from './features/moving';

export const features: readonly MakeFeature[] = [
  moving,
];
