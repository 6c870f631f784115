/** Signals by number. */

import { constants } from 'node:os';

export function signalName(number: number): string {
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if (name === undefined) {
    throw new Error(`there is no signal ${number}`);
  }
  return name;
}
