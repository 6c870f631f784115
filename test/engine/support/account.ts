/**
 * An account of a run, in words that the kernel's witness and the recording share: one line per thing that happened.
 * Lines of a list are sorted: what is compared is that each happened, and how often.
 */

export interface Account {
  /** `12 of 10`: process 12 is a child of process 10. */
  births: string[];
  /** `12 execs`, once per exec. Of processes that have a probe. */
  execs: string[];
  /** `12 exits 0`, `12 dies of SIGTERM`. */
  ends: string[];
  /** `15 of 12`: a thread beside the first one. Of processes that have a probe, as everything that follows. */
  threads: string[];
  /** `15 of 12`: it ended while its process lived on. */
  threadEnds: string[];
  /** `12 accepts 127.0.0.1:45000`: the client's address; of a Unix socket `unix`. */
  accepts: string[];
  /** `12 connects to 127.0.0.1:45000`. */
  connects: string[];
  /** `12 closes 5`: a descriptor of a connection's socket. */
  closes: string[];
  /** `server 127.0.0.1:45000: 12 in, 30 out`: the other end's address, and the bytes of all processes together. */
  bytes: string[];
}

export function emptyAccount(): Account {
  return { births: [], execs: [], ends: [], threads: [], threadEnds: [], accepts: [], connects: [], closes: [], bytes: [] };
}

export function sorted(account: Account): Account {
  for (const list of Object.values(account) as string[][]) list.sort();
  return account;
}

/** `exits 3`, `dies of SIGTERM`: exactly one of the two is set. */
export function ending({ code, signal }: { readonly code: number | null; readonly signal: string | null }): string {
  return signal === null ? `exits ${code}` : `dies of ${signal}`;
}

export const unknownEnding = 'ends, it is not known how';

/** How one account differs from the other, list by list; empty where they agree. */
export function disagreements(kernel: Account, recording: Account): string[] {
  return (Object.keys(kernel) as (keyof Account)[]).flatMap((list) => [
    ...without(kernel[list], recording[list]).map((line) => `${list}: missing: ${line}`),
    ...without(recording[list], kernel[list]).map((line) => `${list}: invented: ${line}`),
  ]);
}

/** What of `lines` is left when each of `others` has taken one that is equal. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
