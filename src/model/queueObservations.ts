import type { Reading } from './reading';
import type { World } from './world';
export function takeQueueLength(_world: World, _reading: Reading): void { return; }
export function takeQueuedClient(_world: World, _reading: Reading): void { return; }
export function takeQueuedClientGone(_world: World, _reading: Reading): void { return; }
