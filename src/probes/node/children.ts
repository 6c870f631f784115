/** Programs that this one starts, and how they end. */
import { recordFlags } from '../../protocol/events';
import { kinds, offsets } from '../../protocol/layout';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { now } from './clock';
import { replace } from './handles';
import { Observing } from './observing';

/** child_process's object, and libuv's behind it. */
export interface Child {
  readonly pid?: number;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly spawnargs?: unknown[];
  readonly _handle?: object | null;
}

/** So many are looked at in each round. */
const mostLooks = 64;

export class Children extends Observing {
  private hooked = false;
  private readonly told = new WeakSet();
  private readonly watched = new WeakSet<Child>();
  private living: Child[] = [];

  /** One was made, and will be started; up to Node 20 it has been. */
  made(child: Child): void {
    const handle = child._handle;
    if (handle === null || handle === undefined || this.watched.has(child)) return;
    this.watched.add(child);
    this.living.push(child);
    if (child.pid !== undefined && !this.told.has(handle)) {
      const ns = now();
      this.started(child.pid, ns, 0, { args: child.spawnargs });
    }
    if (this.hooked) return;
    this.hooked = true;
    const children = this as Children;
    replace(handle, 'spawn', (original) => function (this: object, ...given: unknown[]): unknown {
      const begin = now();
      const result = Reflect.apply(original, this, given);
      children.told.add(this);
      children.quietly(() => children.started((this as { pid?: number }).pid ?? 0, begin, result, given[0]));
      return result;
    });
  }

  /** Node 18 has no channel that tells of them: there each looks up this method before it is started. */
  watchPrototype(): void {
    const { ChildProcess } = createRequire(__filename)('node:child_process') as { ChildProcess: { prototype: { spawn: unknown } } };
    const { prototype } = ChildProcess;
    const property = Object.getOwnPropertyDescriptor(prototype, 'spawn');
    if (property?.configurable !== true || typeof property.value !== 'function') return;
    let { value } = property as { value: unknown };
    const children = this as Children;
    Object.defineProperty(prototype, 'spawn', {
      configurable: true,
      enumerable: property.enumerable === true,
      get(this: object) {
        if (this !== prototype) children.quietly(() => children.made(this as Child));
        return value;
      },
      set(given: unknown) {
        value = given;
      },
    });
  }

  /** Libuv reaps them, and says so to their objects. */
  settle(ns: number): void {
    const { living } = this;
    for (let count = Math.min(living.length, mostLooks); count > 0; count--) {
      const child = living.shift()!;
      if (child.exitCode === null && child.signalCode === null) living.push(child);
      else if (child.pid !== undefined) this.ended(child.pid, child, ns);
    }
  }

  private started(pid: number, begin: number, result: unknown, options: unknown): void {
    const ns = this.loop.arrive(null, false);
    const { file, args } = (options ?? {}) as { file?: string; args?: unknown[] };
    const command = this.names.text((args ?? [file ?? '']).map(String).join('\0'));
    const { site, flags } = this.sites.here(true);
    const { log } = this;
    const at = log.begin(begin);
    if (at < 0) return;
    log.time(at + offsets.spawn.end, ns);
    log.view.setInt32(at + offsets.spawn.result, typeof result === 'number' && result < 0 ? result : pid, true);
    log.view.setUint32(at + offsets.spawn.site, site, true);
    log.view.setUint32(at + offsets.spawn.command, command, true);
    log.commit(kinds.spawn, flags);
    log.flushIfCheap();
  }

  private ended(pid: number, { exitCode, signalCode }: Child, ns: number): void {
    if (exitCode !== null && exitCode < 0) return; // It never began.
    const { log } = this;
    const at = log.begin(ns);
    if (at < 0) return;
    log.time(at + offsets.waitProcess.end, ns);
    log.view.setInt32(at + offsets.waitProcess.result, pid, true);
    log.view.setInt32(at + offsets.waitProcess.target, pid, true);
    log.view.setInt32(at + offsets.waitProcess.status, signalCode !== null ? constants.signals[signalCode] : ((exitCode ?? 0) & 0xff) << 8, true);
    log.commit(kinds.waitProcess, recordFlags.foreign);
  }
}
