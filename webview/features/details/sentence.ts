/** What the selected row is doing and why, as one or two plain sentences: what a colleague would say who looked at it. */
import type { Row } from '../../../src/protocol/rows';
import type { SourcePosition } from '../../../src/protocol/report';
import type { SpanState } from '../../../src/protocol/states';
import type { Details } from '../../../src/protocol/tile';
import { channelWords } from '../../edgeWords';
import { count, duration, exitWords, place } from '../../format';
import { lengthWithout } from '../../../src/protocol/stopped';
import { stopSentence } from '../../stopWords';
import { stateSentence } from '../../stateWords';
import { t } from '../../words';

/** @param nowNs the recording's present: how long something has lasted that goes on. */
export function doing(row: Row, details: Details, nowNs: number): string {
  const { span } = details;
  if (row.kind === 'listener') return row.endNs === null ? t('Listens at {0}; {1} clients were accepted so far.', row.address, count(row.accepted)) : t('Listened at {0}; {1} clients were accepted.', row.address, count(row.accepted));
  if (span === null) return over(row) ?? t('Nothing is known about this time.');
  const lasted = duration(lengthWithout(span.beginNs, span.endNs, nowNs, details.stopped));
  const length = span.endNs === null ? t('For {0} so far.', lasted) : t('For {0}.', lasted);
  const stop = details.stop === undefined ? '' : stopSentence(details.stop, nowNs);
  return [what(span.state, details), length, stop, where(details)].filter((part) => part !== '').join(' ');
}

function over(row: Row): string | null {
  if (row.endNs === null) return null;
  if (row.kind === 'process') return t('It has ended: {0}.', exitWords(row.exit));
  return row.kind === 'connection' ? t('It is closed.') : t('It has ended.');
}

function what(state: SpanState, { on, cause }: Details): string {
  const object = on === null ? null : on.channel === null ? on.label : channelWords(on.channel);
  if (state === 'queued' && cause !== null) {
    return cause.connectionLabel === null
      ? t('Connected, and waits in the accept queue until {0} calls accept again.', cause.threadLabel)
      : t('Connected, and waits in the accept queue: {0} is serving {1} and has not come back to accept.', cause.threadLabel, cause.connectionLabel);
  }
  if (state === 'idle' && cause !== null) {
    return object === null ? t('Open, but {0}, which owns it, waits for something else.', cause.threadLabel) : t('Open, but {0}, which owns it, waits for something else: {1}.', cause.threadLabel, object);
  }
  const sentence = stateSentence(state);
  if (cause !== null) return `${sentence} ${t('Held by {0}.', cause.threadLabel)}`;
  return object === null ? sentence : `${sentence} ${t('On {0}.', object)}`;
}

function where({ site, cause, causeSite }: Details): string {
  if (cause !== null && causeSite !== null) return t('{0} stands at {1}.', cause.threadLabel, line(causeSite));
  return site === null ? '' : t('At {0}.', line(site));
}

/** `server.py:31 · handle`: where room is short, the place stays. */
export function lineFirst(site: SourcePosition): string {
  return site.function === '' ? place(site) : `${place(site)} · ${site.function}`;
}

/** `handle (server.py:31)` */
export function line(site: SourcePosition): string {
  return site.function === '' ? place(site) : `${site.function} (${place(site)})`;
}
