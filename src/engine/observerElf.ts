/**
 * Where a symbol lies in an ELF file, as little of the file as that takes: its headers, its symbol tables, their names.
 * Every offset and length comes from a file that anybody may have written, so each is held to bounds.
 *
 *     header ─► program headers (to turn an address into a place in the mapping)
 *            └► section headers ─► .dynsym, else .symtab ─► its string table
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface ElfSymbol {
  /** Its address as linked: relative to the file's base where that is moved on loading. */
  readonly address: number;
  readonly size: number;
  /** The file's loaded pieces. */
  readonly segments: readonly { readonly offset: number; readonly address: number; readonly size: number }[];
}

const largestTable = 64 * 1024 * 1024;
const loadable = 1;
const symbolTable = 2;
const dynamicSymbols = 11;

/** Null where the file has no such symbol, can't be read or is no little-endian ELF file of 64 bits. */
export function findSymbol(path: string, name: string): ElfSymbol | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return new ElfFile(descriptor).symbol(name);
  } catch {
    return null; // Cut short, or an offset led out of it.
  } finally {
    closeSync(descriptor);
  }
}

class ElfFile {
  private readonly size: number;

  constructor(private readonly descriptor: number) {
    this.size = fstatSync(descriptor).size;
  }

  symbol(name: string): ElfSymbol | null {
    const header = this.bytes(0, 64);
    // Class 2: 64 bits. Data 1: little-endian.
    if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2 || header[5] !== 1) return null;
    const sections = this.table(header, 40, 58, 60, 64);
    for (const wanted of [dynamicSymbols, symbolTable]) {
      for (const section of sections) {
        if (section.readUInt32LE(4) !== wanted) continue;
        const names = sections[section.readUInt32LE(40)];
        const found = names === undefined ? null : this.search(section, names, name);
        if (found !== null) return { ...found, segments: this.segments(header) };
      }
    }
    return null;
  }

  private search(section: Buffer, names: Buffer, name: string): { address: number; size: number } | null {
    const symbols = this.bytes(unsigned(section, 24), unsigned(section, 32));
    const texts = this.bytes(unsigned(names, 24), unsigned(names, 32));
    const wanted = Buffer.from(`${name}\0`);
    // Names may share their tails, so each place where the name ends a text may be meant.
    const places = new Set<number>();
    for (let at = texts.indexOf(wanted); at >= 0; at = texts.indexOf(wanted, at + 1)) places.add(at);
    for (let at = 0; places.size > 0 && at + 24 <= symbols.length; at += 24) {
      const isDefined = symbols.readUInt16LE(at + 6) !== 0;
      if (isDefined && places.has(symbols.readUInt32LE(at))) return { address: unsigned(symbols, at + 8), size: unsigned(symbols, at + 16) };
    }
    return null;
  }

  private segments(header: Buffer): { offset: number; address: number; size: number }[] {
    return this.table(header, 32, 54, 56, 56)
      .filter((segment) => segment.readUInt32LE(0) === loadable)
      .map((segment) => ({ offset: unsigned(segment, 8), address: unsigned(segment, 16), size: unsigned(segment, 32) }));
  }

  /** A header table's entries. The numbers say where in the header its offset, entry size and count stand. */
  private table(header: Buffer, offset: number, entrySize: number, count: number, least: number): Buffer[] {
    const bytes = header.readUInt16LE(entrySize);
    const entries = header.readUInt16LE(count);
    if (bytes < least || entries === 0) return [];
    const all = this.bytes(unsigned(header, offset), bytes * entries);
    return Array.from({ length: entries }, (_, index) => all.subarray(index * bytes, (index + 1) * bytes));
  }

  private bytes(offset: number, length: number): Buffer {
    if (length > largestTable || offset + length > this.size) throw new RangeError('outside the file');
    const buffer = Buffer.alloc(length);
    if (readSync(this.descriptor, buffer, 0, length, offset) !== length) throw new RangeError('cut short');
    return buffer;
  }
}

function unsigned(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * 2 ** 32;
}
