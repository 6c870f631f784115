/** Texts and source positions, each written once and then known by its number. */
import { kinds, offsets } from '../../protocol/layout';
import { now } from './clock';
import type { Log } from './log';

const partBytes = 36;
/** Of a text, in bytes of UTF-8; as in the Python probe, so that both say the same of a command. */
const longestText = 4096;
const mark = Buffer.from('…');
/** Numbers of a thread: its own range, since a process's names are one. */
const rangeBits = 22;
const ranges = 1024;

export class Names {
  private readonly texts = new Map<string, number>();
  private readonly sites = new Map<string, number>();
  private last: number;

  /** @param thread Node's number of the thread, 0 for the main one. */
  constructor(
    private readonly log: Log,
    thread: number,
  ) {
    this.last = (thread % ranges) << rangeBits;
  }

  /** The id of a text, 0 for none; a long one is cut off and ends in "…". */
  text(text: string): number {
    if (text === '') return 0;
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const { log } = this;
    const bytes = shortened(text);
    const id = ++this.last;
    this.texts.set(text, id);
    for (let part = 0; part * partBytes < bytes.length; part++) {
      const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      const at = log.begin(now());
      if (at < 0) return 0;
      log.view.setUint32(at + offsets.text.id, id, true);
      log.view.setUint32(at + offsets.text.total, bytes.length, true);
      log.view.setUint32(at + offsets.text.part, part, true);
      log.view.setUint32(at + offsets.text.length, piece.length, true);
      for (let byte = 0; byte < piece.length; byte++) log.view.setUint8(at + offsets.text.bytes + byte, piece[byte]!);
      log.commit(kinds.text);
    }
    return id;
  }

  site(file: string, line: number, functionName: string): number {
    const key = `${file}\n${String(line)}\n${functionName}`;
    const known = this.sites.get(key);
    if (known !== undefined) return known;
    const fileId = this.text(file);
    const functionId = this.text(functionName);
    const id = ++this.last;
    this.sites.set(key, id);
    const { log } = this;
    const at = log.begin(now());
    if (at < 0) return 0;
    log.view.setUint32(at + offsets.site.id, id, true);
    log.view.setUint32(at + offsets.site.file, fileId, true);
    log.view.setUint32(at + offsets.site.functionName, functionId, true);
    log.view.setUint32(at + offsets.site.line, line, true);
    log.commit(kinds.site);
    return id;
  }
}

function shortened(text: string): Buffer {
  const bytes = Buffer.from(text.slice(0, longestText + 1));
  if (bytes.length <= longestText) return bytes;
  let end = longestText - mark.length;
  while ((bytes[end]! & 0xc0) === 0x80) end--; // Within a letter.
  return Buffer.concat([bytes.subarray(0, end), mark]);
}
