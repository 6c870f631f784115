/**
 * Which line of the user's program is at work. A look at the stack takes several microseconds, so of very many calls only some are asked for
 * their line: the others have none, rather than one that was theirs before.
 */
import { fileURLToPath } from 'node:url';
import { Budget } from './budget';
import { now } from './clock';
import type { Names } from './names';
import { recordFlags } from '../../protocol/events';

/** Between a user's line and the socket stand Node's own functions, and maybe a framework's. */
const mostFrames = 24;

export interface Place {
  readonly site: number;
  readonly flags: number;
}

const nowhere: Place = { site: 0, flags: recordFlags.foreign };

export class Sites {
  private readonly budget = new Budget(0.02, 5e6);

  constructor(private readonly names: Names) {}

  /** The user's line, where there is time to look. @param always it is asked for rarely. */
  here(always = false): Place {
    const begin = now();
    if (!always && !this.budget.allows(begin)) return nowhere;
    const place = this.look();
    this.budget.spent(now() - begin);
    return place;
  }

  private look(): Place {
    let installed: Place = nowhere;
    for (const frame of stack()) {
      const file = fileOf(frame);
      if (file === null) continue;
      const isInstalled = file.includes('/node_modules/');
      if (isInstalled && installed.site !== 0) continue;
      const site = this.names.site(file, frame.getLineNumber() ?? 0, nameOf(frame));
      if (!isInstalled) return { site, flags: 0 };
      installed = { site, flags: recordFlags.foreign };
    }
    return installed;
  }
}

/** Whatever the program has put there stands there again afterwards. */
function stack(): NodeJS.CallSite[] {
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  // A program that has frozen Error keeps its lines to itself.
  if ((limit !== undefined && !isPlain(limit)) || (prepare !== undefined && !isPlain(prepare)) || !Object.isExtensible(Error)) return [];
  try {
    Error.stackTraceLimit = mostFrames;
    Error.prepareStackTrace = (_, frames) => frames;
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, stack);
    const frames = holder.stack;
    return Array.isArray(frames) ? (frames as NodeJS.CallSite[]) : [];
  } finally {
    restore('stackTraceLimit', limit);
    restore('prepareStackTrace', prepare);
  }
}

function isPlain(property: PropertyDescriptor): boolean {
  return property.writable === true && property.configurable === true;
}

function restore(name: 'stackTraceLimit' | 'prepareStackTrace', before: PropertyDescriptor | undefined): void {
  if (before === undefined) Reflect.deleteProperty(Error, name);
  else Object.defineProperty(Error, name, before);
}

/** Null for what is Node's own, ours, or no file. */
function fileOf(frame: NodeJS.CallSite): string | null {
  const name = frame.getFileName();
  if (typeof name !== 'string' || name.startsWith('node:') || name === __filename) return null;
  if (name.startsWith('file://')) {
    try {
      return fileURLToPath(name);
    } catch {
      return null;
    }
  }
  return name.startsWith('/') ? name : null;
}

function nameOf(frame: NodeJS.CallSite): string {
  return frame.getFunctionName() ?? frame.getMethodName() ?? '<anonymous>';
}
