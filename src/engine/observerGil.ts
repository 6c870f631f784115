/**
 * Whether a futex belongs to the interpreter's own lock.
 *
 * A CPython thread that waits for the GIL is blocked in futex(2) on a word of the GIL's condition variables, which lie in
 * the static object `_PyRuntime` of the interpreter (the main interpreter's does since 3.12, too). A thread in lock.acquire
 * waits at an address of the heap. So: find the symbol in the ELF file, add where that file is mapped, compare.
 *
 * A subinterpreter with a GIL of its own (3.12) has it on the heap: that wait is not told from any other.
 */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { findSymbol, type ElfSymbol } from './observerElf';

/** The system call's number, by Node's name of the machine. */
const futexCalls: Partial<Record<string, number>> = { x64: 202, arm64: 98, riscv64: 98, loong64: 98, ppc64: 221, s390x: 238 };
export const futexCall = futexCalls[process.arch] ?? NaN;

/** Where a process has its interpreter's state: pairs of first byte and end. Empty: it has none. */
export type GilRanges = readonly number[];

/** start-end permissions offset device inode path */
const mapping = /^([0-9a-f]+)-\S+ \S+ ([0-9a-f]+) \S+ \d+\s+(\/.*)$/;

export class GilFinder {
  /** By file: thousands of processes share one interpreter. */
  private readonly symbols = new Map<string, ElfSymbol | null>();

  /** Null where the process's mappings can't be read. */
  rangesOf(pid: number): GilRanges | null {
    const folder = `/proc/${String(pid)}`;
    const ranges: number[] = [];
    try {
      const executable = readlinkSync(`${folder}/exe`);
      const done = new Set<string>();
      for (const line of readFileSync(`${folder}/maps`, 'latin1').split('\n')) {
        const [, start, offset, path] = mapping.exec(line) ?? [];
        if (start === undefined || offset === undefined || path === undefined || done.has(path)) continue;
        if (path !== executable && !/\/libpython[^/]*$/.test(path)) continue;
        // The process may see other files under this path than we do.
        const symbol = this.symbolIn(path === executable ? `${folder}/exe` : `${folder}/root${path}`);
        const base = symbol === null ? null : baseOf(symbol, parseInt(start, 16), parseInt(offset, 16));
        if (symbol === null || base !== null) done.add(path);
        if (symbol !== null && base !== null) ranges.push(base + symbol.address, base + symbol.address + symbol.size);
      }
    } catch {
      return null;
    }
    return ranges;
  }

  private symbolIn(path: string): ElfSymbol | null {
    const { dev, ino, size, mtimeMs } = statSync(path);
    const key = [dev, ino, size, mtimeMs].join(' ');
    let symbol = this.symbols.get(key);
    if (symbol === undefined) this.symbols.set(key, (symbol = findSymbol(path, '_PyRuntime')));
    return symbol;
  }
}

/** What is to be added to the file's addresses; null where the mapping is none of its loaded pieces. */
function baseOf(symbol: ElfSymbol, start: number, offset: number): number | null {
  // A piece is mapped in whole pages: the mapping may begin a little before it.
  const piece = symbol.segments.find((segment) => offset <= segment.offset + segment.size && offset + 65536 > segment.offset);
  return piece === undefined ? null : start - (piece.address - piece.offset + offset);
}

export function isIn(ranges: GilRanges, address: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) if (address >= ranges[at]! && address < ranges[at + 1]!) return true;
  return false;
}
