/** What is true of every report, whatever the program: it is whole, in order, and every id in it leads somewhere. */

import { expect } from 'vitest';
import { reportFormat, waitReasons, type ExitStatus, type Report } from '../../../src/protocol/report';
import { signalName } from './signals';
import type { TracedRun } from './record';

interface Expected {
  readonly program: string;
  readonly status: number;
}

export function checkReport(traced: TracedRun<unknown>, expected: Expected): Record<string, () => void> {
  const { report, command } = traced;
  const exit = exitOf(expected.status);
  return {
    'the recording is whole': () => {
      expect(report.format).toBe(reportFormat);
      expect(report.recording).toMatchObject({ command, exit, complete: true, lostEvents: 0, droppedBytes: 0 });
      expect(report.recording.events).toBeGreaterThan(0);
    },
    'its root is the program, with its command and its end': () => {
      const roots = report.processes.filter((process) => process.parent === null);
      expect(roots).toHaveLength(1);
      expect(roots[0]).toMatchObject({ birth: 'root', name: expected.program, bornAt: null, exit });
      expect(roots[0]?.images[0]?.command).toEqual(command);
      expect(roots[0]?.coverage).toContain('python');
    },
    'everything in it lies inside its time and in order': () => checkTimes(report),
    'the waits add up': () => checkSums(report),
    'of every process: a probe tells all of it, or what is unseen has a reason': () => {
      for (const { name, coverage, unseen } of report.processes) expect(coverage.includes('python') || unseen.length > 0, name).toBe(true);
    },
    'every id leads to a thing': () => checkIds(report),
    'it holds no key beside those of the contract, and misses none': () => checkKeys(report),
  };
}

function exitOf(status: number): ExitStatus {
  return status > 128 ? { code: null, signal: signalName(status - 128) } : { code: status, signal: null };
}

function checkTimes(report: Report): void {
  const { durationNs } = report.recording;
  const threads = report.processes.flatMap((process) => process.threads);
  const spans: [what: string, fromNs: number | null, toNs: number | null][] = [
    ...report.processes.map((process) => [process.id, process.startNs, process.endNs] as [string, number, number | null]),
    ...threads.map((thread) => [thread.id, thread.startNs, thread.endNs] as [string, number, number | null]),
    ...threads.flatMap((thread) =>
      thread.waits.map((wait) => [`${wait.reason} in ${thread.id}`, wait.beginNs, wait.endNs] as [string, number, number | null]),
    ),
    ...report.tasks.map((each) => [each.id, each.startNs, each.endNs] as [string, number, number | null]),
    ...report.tasks.flatMap((each) =>
      each.waits.map((wait) => [`${wait.reason} in ${each.id}`, wait.beginNs, wait.endNs] as [string, number, number | null]),
    ),
    ...report.connections.map((each) => [each.id, each.acceptedNs, each.closedNs] as [string, number | null, number | null]),
    ...report.connections.flatMap((each) =>
      each.owners.map((owner) => [`owner of ${each.id}`, owner.fromNs, owner.toNs] as [string, number, number | null]),
    ),
    ...report.findings.map((finding) => [finding.rule, finding.fromNs, finding.toNs] as [string, number, number | null]),
    ...report.arrows.map((arrow) => [`${arrow.kind} arrow`, arrow.atNs, arrow.atNs] as [string, number, number]),
  ];
  for (const [what, fromNs, toNs] of spans) {
    const from = fromNs ?? 0;
    const to = toNs ?? durationNs;
    expect(Number.isInteger(from) && Number.isInteger(to), `${what}: whole nanoseconds`).toBe(true);
    expect(0 <= from && from <= to && to <= durationNs, `${what}: 0 ≤ ${from} ≤ ${to} ≤ ${durationNs}`).toBe(true);
  }
  expectInOrder('processes', report.processes.map((process) => process.startNs));
  expectInOrder('arrows', report.arrows.map((arrow) => arrow.atNs));
  for (const process of report.processes) {
    expectInOrder(`threads of ${process.id}`, process.threads.map((thread) => thread.startNs));
  }
  for (const thread of threads) {
    expectInOrder(`waits of ${thread.id}`, thread.waits.map((wait) => wait.beginNs));
  }
}

function expectInOrder(what: string, times: readonly number[]): void {
  expect(times, `${what} are in order`).toEqual([...times].sort((a, b) => a - b));
}

/** The listed waits are part of their totals, and a thread's states of its life. */
function checkSums(report: Report): void {
  for (const thread of report.processes.flatMap((process) => process.threads)) {
    const life = (thread.endNs ?? report.recording.durationNs) - thread.startNs;
    const states = Object.values(thread.stateNs).reduce((sum, ns) => sum + ns, 0);
    expect(states, `states of ${thread.id} against its life`).toBe(life);
    expect(Math.min(...Object.values(thread.stateNs)), `states of ${thread.id}`).toBeGreaterThanOrEqual(0);
    expect(thread.waitNs.gil ?? 0, `GIL of ${thread.id} is part of ready`).toBeLessThanOrEqual(thread.stateNs.ready);
    for (const reason of waitReasons) {
      const listed = thread.waits.filter((wait) => wait.reason === reason && wait.endNs !== null);
      const sum = listed.reduce((all, wait) => all + (wait.endNs ?? 0) - wait.beginNs, 0);
      // Each time is rounded for itself.
      expect(thread.waitNs[reason] ?? 0, `${reason} of ${thread.id}`).toBeGreaterThanOrEqual(sum - listed.length);
    }
  }
}

function checkIds(report: Report): void {
  const processes = new Set(report.processes.map((process) => process.id));
  const threads = new Set(report.processes.flatMap((process) => process.threads.map((thread) => thread.id)));
  const listeners = new Set(report.listeners.map((listener) => listener.id));
  const connections = new Set(report.connections.map((connection) => connection.id));
  const channels = new Set(report.channels.map((channel) => channel.id));
  const tasks = new Set(report.tasks.map((task) => task.id));
  const all = new Set([...processes, ...threads, ...listeners, ...connections, ...channels, ...tasks]);
  expect(all.size).toBe(processes.size + threads.size + listeners.size + connections.size + channels.size + tasks.size);
  const leads = (what: string, id: string | null, to: ReadonlySet<string>): void => {
    expect(id === null || to.has(id), `${what}: ${id}`).toBe(true);
  };
  const byKind: Record<string, ReadonlySet<string>> = { listener: listeners, connection: connections, thread: threads, process: processes, channel: channels, task: tasks };

  for (const process of report.processes) {
    leads('parent', process.parent, processes);
    leads('reapedBy', process.reapedBy, processes);
    leads('logicalParent', process.logicalParent, processes);
    leads('killedBy', process.killedBy, threads);
    for (const thread of process.threads) {
      leads('startedBy', thread.startedBy, threads);
      leads('joinedBy', thread.joinedBy, threads);
      for (const wait of thread.waits) {
        const [kind = '', id = ''] = wait.on?.split(':') ?? [];
        const known = byKind[kind];
        expect(wait.on === null || kind === 'lock' || kind === 'future' || kind === 'descriptor' || known?.has(id), `on: ${wait.on}`).toBe(true);
        leads('holder', wait.holder, threads);
        leads('endedBy', wait.endedBy, threads);
      }
    }
  }
  for (const channel of report.channels) {
    channel.ends.forEach((end) => leads('end', end.process, processes));
  }
  for (const listener of report.listeners) {
    listener.owners.forEach((owner) => leads('owner', owner, processes));
  }
  for (const connection of report.connections) {
    leads('listener', connection.listener, listeners);
    leads('otherEnd', connection.otherEnd, connections);
    for (const owner of connection.owners) {
      leads('owner', owner.process, processes);
      leads('owner', owner.thread, threads);
      leads('owner', owner.task, tasks);
    }
  }
  for (const arrow of report.arrows) {
    leads(`${arrow.kind} from`, arrow.from, all);
    leads(`${arrow.kind} to`, arrow.to, all);
  }
  report.serverModels.forEach((model) => leads('model of', model.listener, listeners));
  report.findings.forEach((finding) => finding.subjects.forEach((subject) => leads(finding.rule, subject, all)));
}

const keys = {
  report: 'format forkscope recording processes listeners connections tasks channels datagrams arrows serverModels findings marks notes',
  recording: 'command startedAt durationNs exit complete lostEvents droppedBytes completeFromNs events problems',
  process:
    'id pid parent logicalParent birth name multiprocessing images coverage unseen startNs endNs exit ending killedBy zombieNs reapedBy reapedAt orphanedAtNs adoptedBy bornAt threads',
  thread: 'id tid name main native daemon target startedBy startNs endNs joinedBy signals stateNs waitNs waits',
  wait: 'reason on beginNs endNs at holder endedBy error',
  listener: 'id protocol address backlog owners maxQueue accepted',
  connection:
    'id protocol listener local peer role otherEnd queuedNs queuedWithinNs acceptedNs closedNs closedBy partial bytesIn bytesOut receives sends owners acceptedAt protocolAt handler',
  owner: 'process thread task fromNs toNs',
  task: 'id name coroutine parent thread createdAt startNs endNs end error awaiting steps runNs longestNs waits',
  arrow: 'kind from to atNs at',
  model: 'listener kind maxConcurrent because',
  finding: 'rule severity title detail subjects fromNs toNs at',
} as const;

function checkKeys(report: Report): void {
  const threads = report.processes.flatMap((process) => process.threads);
  const groups: [keyof typeof keys, readonly object[]][] = [
    ['report', [report]],
    ['recording', [report.recording]],
    ['process', report.processes],
    ['thread', threads],
    ['wait', threads.flatMap((thread) => thread.waits)],
    ['listener', report.listeners],
    ['connection', report.connections],
    ['owner', report.connections.flatMap((connection) => connection.owners)],
    ['task', report.tasks],
    ['wait', report.tasks.flatMap((task) => task.waits)],
    ['arrow', report.arrows],
    ['model', report.serverModels],
    ['finding', report.findings],
  ];
  for (const [kind, things] of groups) {
    for (const thing of things) {
      expect(Object.keys(thing).sort(), kind).toEqual(keys[kind].split(' ').sort());
    }
  }
}
