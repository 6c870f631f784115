/** What each part of the probe has that tells of something of the program's. */
import type { Guard } from './guard';
import type { Log } from './log';
import type { Loop } from './loop';
import type { Names } from './names';
import type { Sites } from './sites';

export abstract class Observing {
  protected readonly log: Log;
  protected readonly names: Names;
  protected readonly sites: Sites;
  protected readonly loop: Loop;
  protected readonly guard: Guard;

  constructor(tools: { readonly log: Log; readonly names: Names; readonly sites: Sites; readonly loop: Loop; readonly guard: Guard }) {
    this.log = tools.log;
    this.names = tools.names;
    this.sites = tools.sites;
    this.loop = tools.loop;
    this.guard = tools.guard;
  }

  protected quietly<T>(work: () => T): T | undefined {
    return this.guard.quietly(work);
  }
}
