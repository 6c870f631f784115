/**
 * A run's folder from its beginning to its end, whoever starts the program: made with its lease, observed, kept below its size, and in the end packed
 * into one file and deleted.
 *
 *     supervisor   starts the root itself, and knows its end                       supervisor.ts
 *     attendant    is told by an editor what its debugger starts and stops         attendant.ts
 */
import { readdirSync } from 'node:fs';
import { ForkscopeError, messageOf } from '../base/errors';
import { isDebuggersOwn } from '../engine/observerDebugger';
import { commandOf } from '../engine/observerMembers';
import { packedFormat, type Manifest } from '../protocol/files';
import { untilGone, type Stop } from './leftBehind';
import { ownIdentity, runProcesses, type ProcessIdentity } from './processTree';
import { claimsRefused, createRunFolder, deleteRunFolder, removeLease, requireWritable, writeRunManifest } from './runFolder';

/** The kernel observer, as far as every run needs it. */
export interface Watching {
  /** The run's processes that it has seen and that live. */
  alive(): ProcessIdentity[];
  /** Looks a last time and closes its files. @param allGone whether no process of the run is left. */
  stop(allGone: boolean): void;
  /** Once it has stopped: whether the end of what it saw could not be written. */
  readonly hasLost: boolean;
}

/** What keeps the run's folder below a size. */
export interface DiskBounding {
  /** Resolves once it changes nothing any more. */
  stop(): Promise<void>;
}

export interface KeepingOptions<Observation extends Watching> {
  readonly directory: string;
  /** The run folder, absolute: made here; where it exists it must be empty. */
  readonly folder: string;
  /** The packed file to write, absolute. */
  readonly target: string;
  /** Forkscope's version. */
  readonly version: string;
  observe(folder: string, startedNs: bigint): Observation;
  /** @param manifest the run's: what is dropped is told in it, and it is written then. */
  bound(folder: string, manifest: Manifest): DiskBounding;
  pack(folder: string, target: string, manifest: Manifest): Promise<unknown>;
  /** One line on stderr. */
  say(line: string): void;
}

export class RunKeeping<Observation extends Watching> {
  readonly manifest: Manifest;
  observation: Observation | undefined;
  private bounding: DiskBounding | undefined;

  /**
   * Makes the run's folder.
   * @param command what is run; empty where it is not known yet.
   * @throws ForkscopeError recording-folder-unwritable, disk-full.
   */
  constructor(
    private readonly options: KeepingOptions<Observation>,
    command: readonly string[],
  ) {
    const { folder, target } = options;
    requireWritable(target);
    requireEmpty(folder);
    const self = ownIdentity();
    this.manifest = {
      format: packedFormat,
      forkscope: options.version,
      command: [...command],
      directory: options.directory,
      startedAt: new Date().toISOString(),
      startedNs: String(process.hrtime.bigint()),
      supervisor: self,
      root: null,
      exit: null,
      complete: false,
      droppedBytes: 0,
    };
    createRunFolder(folder, this.manifest, self, target);
  }

  /** Begins to observe, and to bound what the folder takes. */
  watch(): void {
    const { folder } = this.options;
    this.observation = this.quietly(() => this.options.observe(folder, BigInt(this.manifest.startedNs)));
    this.bounding = this.quietly(() => this.options.bound(folder, this.manifest));
  }

  /** Sets what has become known, for readers too. */
  tell(news: Partial<Pick<Manifest, 'command' | 'root' | 'exit'>>): void {
    Object.assign(this.manifest, news);
    this.quietly(() => writeRunManifest(this.options.folder, this.manifest));
  }

  /** Waits until nothing of the run is left (true), or until a signal says that the recording is to end. */
  async untilGone(stop: Stop): Promise<boolean> {
    const left = await untilGone(this.options.folder, () => this.observation?.alive() ?? [], stop, programsOf);
    if (left.length === 0) return true;
    const pids = left.map(({ pid }) => pid).join(', ');
    this.options.say(`recording stopped; still running without it: ${left.length === 1 ? 'process' : 'processes'} ${pids}`);
    return false;
  }

  /** Ends the recording and packs it. @param allGone whether no process of the run is left. */
  async save(allGone: boolean): Promise<void> {
    const { folder, target } = this.options;
    this.quietly(() => this.observation?.stop(allGone));
    await this.bounding?.stop();
    this.manifest.complete = !claimsRefused(folder) && this.observation?.hasLost !== true;
    try {
      removeLease(folder);
      this.quietly(() => writeRunManifest(folder, this.manifest), 'silent');
      await this.options.pack(folder, target, this.manifest);
    } catch (error) {
      if (error instanceof ForkscopeError && error.code === 'recording-missing') {
        this.options.say(`no recording was saved: its folder ${folder} was deleted while the program ran`);
      } else {
        this.options.say(`the recording stays in ${folder}: ${messageOf(error)}`);
      }
      return;
    }
    deleteRunFolder(folder);
    this.options.say(`recording saved to ${target}`);
  }

  /** Nothing was run: nothing is left of it. */
  async discard(): Promise<void> {
    this.quietly(() => this.observation?.stop(false));
    await this.bounding?.stop();
    deleteRunFolder(this.options.folder);
  }

  /** The program goes on whatever happens to us. */
  quietly<T>(work: () => T, mode?: 'silent'): T | undefined {
    try {
      return work();
    } catch (error) {
      if (mode !== 'silent') this.options.say(messageOf(error));
      return undefined;
    }
  }
}

/** The run's processes without a debugger's own helpers: those may wait for the next session. */
function programsOf(folder: string, known: readonly ProcessIdentity[]): ProcessIdentity[] {
  return runProcesses(folder, known).filter(({ pid }) => !isDebuggersOwn(commandOf(pid)));
}

function requireEmpty(folder: string): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return; // It is made, or refused, when it is written.
  }
  if (names.length === 0) return;
  throw new ForkscopeError('recording-folder-unwritable', `${folder} is not empty: choose a new folder for the run.`, [folder]);
}
