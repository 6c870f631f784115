/**
 * Numbers and fields out of the kernel's texts, straight from the bytes: thousands of them are read in a second, and a string
 * for each would cost more than the read.
 */

const zero = 48;
const space = 32;
const letterX = 88;
const letterZ = 90;

/** Walks over a text's fields. Past the end it reads zeros. */
export class Scanner {
  at = 0;
  end = 0;
  /** The two halves of the last hexadecimal number, which may have 64 bits. */
  high = 0;
  low = 0;

  constructor(readonly bytes: Buffer) {}

  start(at: number, end: number): this {
    this.at = at;
    this.end = end;
    return this;
  }

  /** The next decimal number, with its sign; exact up to 2^53. Stops behind it. */
  decimal(): number {
    this.spaces();
    let value = 0;
    const negative = this.bytes[this.at] === 45;
    if (negative) this.at++;
    for (; this.at < this.end; this.at++) {
      const digit = this.bytes[this.at]! - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  /** The next hexadecimal number, with or without 0x, into `high` and `low`; returns it as a number, exact up to 2^53. */
  hexadecimal(): number {
    this.spaces();
    if (this.bytes[this.at] === zero && this.bytes[this.at + 1] === 120) this.at += 2;
    this.high = 0;
    this.low = 0;
    for (; this.at < this.end; this.at++) {
      const digit = hexDigit(this.bytes[this.at]!);
      if (digit < 0) break;
      this.high = ((this.high << 4) | (this.low >>> 28)) >>> 0;
      this.low = ((this.low << 4) | digit) >>> 0;
    }
    return this.high * 2 ** 32 + this.low;
  }

  /** Goes over so many fields. */
  skip(fields: number): void {
    for (let field = 0; field < fields; field++) {
      this.spaces();
      while (this.at < this.end && this.bytes[this.at]! > space) this.at++;
    }
  }

  spaces(): void {
    while (this.at < this.end && this.bytes[this.at] === space) this.at++;
  }
}

/** -1 for a byte that is no digit. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  if (byte >= 65 && byte <= 70) return byte - 55;
  return byte >= 97 && byte <= 102 ? byte - 87 : -1;
}

/** What is used of /proc/PID/task/TID/stat. */
export interface Stat {
  /** The letter's code: R, S, D, T, Z… */
  state: number;
  parent: number;
  /** Its process group. */
  group: number;
  /** Threads in the process. */
  threads: number;
  /** Clock ticks since boot. */
  start: number;
  /** Differs from one program image to the next: where its code and its stack begin (0 where that is hidden). */
  image: number;
  /** The wait status of who has ended, 0 of others. */
  exitCode: number;
  /** Where its name stands in the buffer. */
  nameBegin: number;
  nameEnd: number;
}

export function emptyStat(): Stat {
  return { state: 0, parent: 0, group: 0, threads: 0, start: 0, image: 0, exitCode: 0, nameBegin: 0, nameEnd: 0 };
}

/** Reads the first `length` bytes of the scanner's buffer as a stat file; false where they are none. */
export function parseStat(scanner: Scanner, length: number, into: Stat): boolean {
  // The name in brackets may hold anything, brackets and spaces too.
  const close = length > 0 ? scanner.bytes.lastIndexOf(41, length - 1) : -1;
  if (close < 0) return false;
  into.nameBegin = scanner.bytes.indexOf(40) + 1;
  into.nameEnd = close;
  scanner.start(close + 2, length);
  into.state = scanner.bytes[scanner.at]!;
  scanner.at++;
  into.parent = scanner.decimal();
  into.group = scanner.decimal();
  scanner.skip(14);
  into.threads = scanner.decimal();
  scanner.skip(1);
  into.start = scanner.decimal();
  scanner.skip(3);
  const code = scanner.decimal();
  scanner.skip(1);
  into.image = code + scanner.decimal();
  into.exitCode = 0;
  // The way to it over all the other fields is a third of the work, and only who has ended has one.
  if (into.state === letterZ || into.state === letterX) {
    scanner.skip(23);
    into.exitCode = scanner.decimal();
  }
  return true;
}
