/** Request handlers that an exception left: one finding per type of exception and line. */
import type { HandlerFailure } from '../model/world';
import type { Model } from '../model/model';
import { joined, say, told } from '../protocol/phrase';
import { found, gravest, type Finding, type Rule } from './finding';
import { greatest } from './spans';
import { atLine, connectionWords, counted } from './words';

/** So many of the connections are named; the others are counted. */
const mostSubjects = 50;

export const handlerFailed: Rule = {
  name: 'handler-failed',
  find(model) {
    const alike = new Map<string, HandlerFailure[]>();
    for (const failure of model.failures) {
      const key = `${model.text(failure.phase.error) ?? ''}${told(atLine(model.site(failure.phase.errorAt)))}${failure.phase.name}`;
      const group = alike.get(key);
      if (group === undefined) alike.set(key, [failure]);
      else group.push(failure);
    }
    return gravest([...alike.values()].map((group) => ({ finding: describe(model, group), weight: group.length })));
  },
};

function describe(model: Model, group: readonly HandlerFailure[]): Finding {
  const { phase } = group[0]!;
  const error = model.text(phase.error) ?? say`An exception`;
  const at = model.site(phase.errorAt);
  const clients = [...new Set(group.map((failure) => clientOf(model, failure) ?? ''))].map((client) => (client === '' ? say`a client without an address` : client));
  const named = joined([joined(clients.slice(0, 3), ', '), clients.length > 3 ? ', …' : ''], '');
  const skipped = phase.name === 'setup' ? say`Where setup fails, handle and finish are left out.` : '';
  const subjects = group.flatMap(({ connection, peer, phase: { thread } }) => [connection?.id ?? peer!.listener.id, thread.id]);
  return found({
    rule: handlerFailed.name,
    severity: 'warning',
    title: say`${error} left ${phase.name}${atLine(at)}`,
    detail: joined([counted(group.length, say`1 request was given up: ${named}.`, say`${String(group.length)} requests were given up: ${named}.`), skipped], ' '),
    subjects: [...new Set(subjects)].slice(0, mostSubjects),
    fromNs: phase.beginNs,
    toNs: greatest(group.map((failure) => failure.phase.endNs ?? failure.phase.beginNs)),
    at: at ?? model.site(phase.site),
  });
}

function clientOf(model: Model, { connection, peer }: HandlerFailure): string | null {
  if (connection !== null) return connectionWords(model, connection);
  return model.label(peer?.peer ?? null);
}
