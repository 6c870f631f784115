/**
 * The command line: `forkscope record` runs a program under the tracer, `forkscope report` shows what was recorded, and
 * `forkscope attend` records what an editor's debugger runs.
 *
 * `record` writes nothing to stdout and changes nothing that the program or its caller could notice; everything of ours goes
 * to stderr, written straight to the descriptor so that no stream of ours alters the terminal or pipe the program shares.
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ForkscopeError, messageOf } from './base/errors';
import { printable } from './base/printable';
import { DiskBound } from './engine/diskBound';
import { openSegments, packRecording } from './engine/files';
import { Observer } from './engine/observer';
import { withReport } from './engine/reportFile';
import { writeToDescriptor, writeToFile, writeWhole } from './engine/reportOutput';
import { version } from './base/version';
import { usualMaxMiB } from './protocol/files';
import { attendantReady } from './protocol/marks';
import type { ReportStream } from './protocol/reportStream';
import { jsonPieces } from './export/jsonPieces';
import { reportText } from './export/reportText';
import { attend } from './launch/attendant';
import { hasPythonProbe, nodePreload, pythonProbeFolder } from './launch/environment';
import { inheritedDescriptors } from './launch/inherited';
import { readStat } from './launch/processTree';
import { writeRunManifest } from './launch/runFolder';
import type { KeepingOptions } from './launch/runKeeping';
import { claimPlace, releasePlace, titleOfCommand } from './launch/runPlace';
import { supervise } from './launch/supervisor';

const usage = `Usage:
  forkscope record [-o FILE] [--] COMMAND [ARGUMENT…]   run a program and record what it forks, serves and waits for
  forkscope attend --folder FOLDER -o FILE      record a run that an editor's debugger starts; the editor writes to its standard input
  forkscope report FILE [--json] [--all-waits] [-o FILE]  show a recording, as text or as JSON

Options of record:
  -o, --output FILE     where the recording goes (default: NAME-DATE-TIME.forkscope in the current folder)
      --into FOLDER     in another folder, with the default name
      --max-size MIB    at most so many MiB while it grows: then the oldest part is dropped (default: ${usualMaxMiB}, at least 16; 0: no limit)
      --folder FOLDER   where it grows while the program runs (default: beside FILE, ending in .run; deleted at the end)
Options of attend: -o, --max-size and --folder of record.
Options of report:
      --json            the whole report as JSON
      --all-waits       waits shorter than a millisecond too
  -o, --output FILE     into a file, which is there whole or not at all

  -h, --help            this text
      --version         the version
`;

/** Before anything of ours is open. */
const inherited = inheritedDescriptors();

/** As a shell gives them. */
const exitCodes = { usage: 2, failed: 1, notExecutable: 126, missing: 127 } as const;

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'record':
      return record(rest);
    case 'attend':
      return attendRun(rest);
    case 'report':
      return report(rest);
    case '--version':
      print(`${version}\n`);
      return 0;
    case '-h':
    case '--help':
    case 'help':
      print(usage);
      return 0;
    case undefined:
      throw new UsageError('say what to do: record, attend or report');
    default:
      throw new UsageError(`there is no command "${command}"`);
  }
}

async function record(args: readonly string[]): Promise<number> {
  const { own, command } = splitCommand(args);
  const { values } = parse(() =>
    parseArgs({
      args: own,
      options: { output: { type: 'string', short: 'o' }, into: { type: 'string' }, folder: { type: 'string' }, 'max-size': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) {
    print(usage);
    return 0;
  }
  if (command.length === 0) throw new UsageError('record needs a command to run');
  if (!hasPythonProbe(__dirname)) say('the Python probe is missing from this installation: only what the kernel shows is recorded');
  if (values.output !== undefined && values.into !== undefined) throw new UsageError('-o and --into exclude each other');
  const claimed = values.output === undefined ? claimPlace(resolve(values.into ?? '.'), titleOfCommand(command)) : null;
  const target = claimed?.file ?? resolve(values.output!);
  if (existsSync(target) && statSync(target).isDirectory()) throw new UsageError(`${target} is a folder: name a file after -o`);
  const folder = values.folder === undefined ? (claimed?.folder ?? `${target}.run`) : resolve(values.folder);
  return supervise({
    ...keepingOf({ folder, target }, values['max-size']),
    command,
    environment: process.env,
    inherited,
    probeFolder: pythonProbeFolder(__dirname),
    preload: nodePreload(__dirname),
  }).finally(() => {
    // What was claimed, by us or by who gave --folder: for a program that could not be started, or beside a --folder of its own.
    for (const each of new Set([folder, claimed?.folder ?? folder])) releasePlace({ folder: each, file: target });
  });
}

async function attendRun(args: readonly string[]): Promise<number> {
  const { values } = parse(() =>
    parseArgs({
      args: [...args],
      options: { output: { type: 'string', short: 'o' }, folder: { type: 'string' }, 'max-size': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) {
    print(usage);
    return 0;
  }
  if (values.output === undefined || values.folder === undefined) throw new UsageError('attend needs --folder FOLDER and -o FILE');
  const place = { folder: resolve(values.folder), file: resolve(values.output) };
  const keeping = keepingOf({ folder: place.folder, target: place.file }, values['max-size']);
  await attend({ ...keeping, lines: process.stdin, ready: () => print(`${attendantReady}\n`) }).finally(() => releasePlace(place));
  return 0;
}

/** What every run is kept with. */
function keepingOf(place: { readonly folder: string; readonly target: string }, maxSize: string | undefined): KeepingOptions<Observer> {
  const maxBytes = sizeOf(maxSize) * 1048576;
  let told = false;
  return {
    ...place,
    directory: process.cwd(),
    version,
    observe: (folder, startedNs) => new Observer(folder, startedNs, undefined, (error) => say(`the kernel observer has failed and looks no more: ${messageOf(error)}`)),
    bound: (folder, manifest) =>
      maxBytes === 0
        ? { stop: () => Promise.resolve() }
        : new DiskBound(folder, maxBytes, manifest, { segments: openSegments, isAlive, writeManifest: writeRunManifest }, (error) => {
            if (!told && existsSync(folder)) say(`the recording's oldest part could not be dropped: ${messageOf(error)}`);
            told = true;
          }),
    pack: (folder, file, manifest) => packRecording({ kind: 'folder', path: folder }, file, manifest),
    say,
  };
}

/** MiB. */
function sizeOf(text: string | undefined): number {
  if (text === undefined) return usualMaxMiB;
  if (!/^\d+$/.test(text)) throw new UsageError('--max-size needs a number of MiB, 0 for no limit');
  return Number(text);
}

/** Whether a process of this pid can still do something. */
function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== null && stat.state !== 'Z' && stat.state !== 'X';
}

/**
 * Our options end at `--` or at the first word that is neither an option nor an option's value, so that
 * `forkscope record python3 -c …` leaves -c to Python.
 */
function splitCommand(args: readonly string[]): { own: string[]; command: string[] } {
  let at = 0;
  while (at < args.length) {
    const word = args[at]!;
    if (word === '--') return { own: args.slice(0, at), command: args.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') break;
    at += word === '-o' || word === '--output' || word === '--into' || word === '--folder' || word === '--max-size' ? 2 : 1;
  }
  return { own: args.slice(0, at), command: args.slice(at) };
}

/** Why a sound recording is not whole. */
function incompleteness(path: string, kind: 'folder' | 'file', { recording, findings }: ReportStream): string {
  if (recording.lostEvents > 0) return `${path} is incomplete: ${recording.lostEvents} events could not be written, most likely to a full disk`;
  if (findings.some(({ rule }) => rule === 'recorder-off')) return `${path} is incomplete: the recorder turned itself off in a process, as its findings say`;
  if (kind === 'folder') return `${path} is still being recorded or was cut: this is what it holds so far`;
  return `${path} is cut: what was recorded before the cut is all there`;
}

async function report(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, 'all-waits': { type: 'boolean' }, output: { type: 'string', short: 'o' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help === true) {
    print(usage);
    return 0;
  }
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('report needs one recording');
  const path = resolve(file);
  const kind = existsSync(path) && statSync(path).isDirectory() ? 'folder' : 'file';
  await withReport({ kind, path }, values['all-waits'] === true, ({ report: result, problems }) => {
    const pieces = values.json === true ? jsonLines(result) : [reportText(result)];
    if (values.output !== undefined) writeToFile(pieces, resolve(values.output), path);
    else if (values.json === true) writeToDescriptor(pieces, 1);
    else for (const piece of pieces) print(piece);
    for (const problem of problems) say(problem);
    if (problems.length === 0 && !result.recording.complete) say(incompleteness(path, kind, result));
  });
  return 0;
}

function* jsonLines(value: object): Generator<string> {
  yield* jsonPieces(value);
  yield '\n';
}

function parse<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function print(text: string, descriptor = 1): void {
  try {
    writeWhole(descriptor, Buffer.from(text));
  } catch {
    // A closed pipe or terminal: nobody reads it.
  }
}

function say(line: string): void {
  print(`forkscope: ${printable(line)}\n`, 2);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof ForkscopeError && error.code === 'program-missing') return exitCodes.missing;
  if (error instanceof ForkscopeError && error.code === 'program-not-executable') return exitCodes.notExecutable;
  return exitCodes.failed;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    say(`${messageOf(error)}${error instanceof UsageError ? ' (forkscope --help shows how)' : ''}`);
    process.exit(exitCodeOf(error));
  },
);
