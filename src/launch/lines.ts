/** Lines out of bytes that come in pieces. What is between two ends of lines may not be longer than a bound: such a line is passed over. */

export interface LineListener {
  /** @param number from 1. */
  line(text: string, number: number): void;
  /** A line that was longer than the bound: none of it is kept. */
  tooLong(number: number): void;
  /** What stood behind the last end of a line, when no more came. */
  rest(text: string, number: number): void;
}

const newline = 10;

export class Lines {
  private pieces: Buffer[] = [];
  private length = 0;
  private number = 1;
  private skips = false;

  /** @param longest bytes of a line. */
  constructor(
    private readonly longest: number,
    private readonly listener: LineListener,
  ) {}

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.keep(chunk.subarray(from, end));
      from = end + 1;
      if (!this.skips) this.listener.line(this.take(), this.number);
      this.skips = false;
      this.number++;
    }
    this.keep(chunk.subarray(from));
  }

  end(): void {
    if (!this.skips && this.length > 0) this.listener.rest(this.take(), this.number);
  }

  private keep(piece: Buffer): void {
    if (this.skips || piece.length === 0) return;
    if (this.length + piece.length <= this.longest) {
      this.pieces.push(piece);
      this.length += piece.length;
      return;
    }
    this.take();
    this.skips = true;
    this.listener.tooLong(this.number);
  }

  private take(): string {
    const text = Buffer.concat(this.pieces).toString('utf8');
    this.pieces = [];
    this.length = 0;
    return text;
  }
}
