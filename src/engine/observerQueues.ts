/**
 * Accept queues: how long each listener's is, and who stands in it.
 *
 * In /proc/net/tcp a LISTEN row's rx_queue is the queue's length (its limit is not shown), and an established row whose inode is 0
 * is a client that nobody has accepted. Reading that file walks over the kernel's whole table of connections, empty places too:
 * 0.8 ms here (262,144 places), more on a larger machine. So it is read only when a queue may have changed:
 *
 *     sockstat   how many TCP sockets there are: another number, and a listener may have come or gone      8 µs
 *     snmp       PassiveOpens, which counts every client that enters a queue; it never goes back          19 µs
 *     tcp, tcp6  where one of those moved, and as long as somebody stands in a queue                     800 µs
 *
 * While both stand still and all queues are empty, they are known to be empty. Unix sockets: /proc/net/unix tells no queue. The small ones
 * are read at most wakings, however seldom the tables are: a client that came is to be seen while it still waits.
 */
import { gone, ProcFile, type DescriptorBudget } from './observerFiles';
import type { ObserverLog } from './observerLog';
import { Scanner } from './observerParse';
import type { Processes } from './observerProcesses';
import { QueueTable } from './observerQueueTable';

const passiveOpensColumn = 5;

export class Queues {
  private readonly buffer = Buffer.alloc(4096);
  private readonly scanner = new Scanner(this.buffer);
  private tables: QueueTable[] = [];
  private counts: ProcFile[] = [];
  private snmp: ProcFile | null = null;
  private passiveOpens = -1;

  constructor(
    private readonly log: ObserverLog,
    private readonly processes: Processes,
    private readonly budget: DescriptorBudget,
  ) {}

  /** Whether a client came since the last look, or, as long as there is no listener, a socket. */
  hasNews(): boolean {
    if (this.snmp === null) return false;
    if (this.hasListeners) return this.readPassiveOpens(this.snmp) !== this.passiveOpens;
    return this.tables.some((table, index) => !table.hasCounted(this.readCount(this.counts[index]!) ?? -1));
  }

  /** @param nowMs performance.now(). */
  look(nowMs: number): void {
    if (this.snmp === null) this.open();
    if (this.snmp === null) return;
    const opens = this.hasListeners ? this.readPassiveOpens(this.snmp) : this.passiveOpens;
    const mayHaveCome = opens !== this.passiveOpens || opens < 0;
    this.passiveOpens = opens;
    for (const [index, table] of this.tables.entries()) {
      const count = this.readCount(this.counts[index]!);
      if (count === null) {
        this.close(); // The process whose network this is has ended: another one's is taken next time.
        return;
      }
      table.look(nowMs, count, mayHaveCome);
    }
  }

  close(): void {
    for (const file of [...this.tables, ...this.counts, this.snmp]) file?.close();
    this.tables = [];
    this.counts = [];
    this.snmp = null;
  }

  private get hasListeners(): boolean {
    return this.tables.some((table) => table.hasListeners);
  }

  /** The network is that of the run's first process: of others' namespaces nothing is claimed. */
  private open(): void {
    const [first] = this.processes.all.keys();
    if (first === undefined) return;
    const file = (name: string): ProcFile => new ProcFile(`/proc/${String(first)}/net/${name}`, this.budget);
    const pids = (): Iterable<number> => this.processes.all.keys();
    this.snmp = file('snmp');
    this.counts = [file('sockstat'), file('sockstat6')];
    this.tables = [new QueueTable(file('tcp'), this.log, pids), new QueueTable(file('tcp6'), this.log, pids)];
  }

  /** How many TCP sockets the family has, -1 where that is not told; null where the network is gone. */
  private readCount(file: ProcFile): number | null {
    const length = file.read(this.buffer);
    if (length === gone) return null;
    return length <= 0 ? -1 : this.after('TCP', length, 1);
  }

  /** -1 where it is not told. */
  private readPassiveOpens(file: ProcFile): number {
    const length = file.read(this.buffer);
    if (length <= 0) return -1;
    const names = this.buffer.indexOf('\nTcp: ', 0, 'latin1');
    const values = names < 0 ? -1 : this.buffer.indexOf('\nTcp: ', names + 1, 'latin1');
    if (values < 0 || values >= length) return -1;
    this.scanner.start(values + 6, length).skip(passiveOpensColumn);
    return this.scanner.decimal();
  }

  /** The number that stands so many words after this one. */
  private after(word: string, length: number, skipped: number): number {
    const at = this.buffer.indexOf(word, 0, 'latin1');
    if (at < 0 || at >= length) return -1;
    this.scanner.start(at, length).skip(1 + skipped);
    return this.scanner.decimal();
  }
}

