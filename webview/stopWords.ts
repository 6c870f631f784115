/** A debugger's stop in words. */
import { ownReason, type StopAt } from '../src/protocol/stopped';
import { duration, place } from './format';
import { t } from './words';

/** Why a thread was stopped, as people say it; a reason that only its debugger knows stays as it is. */
export function reasonWord(reason: string | null): string {
  switch (reason) {
    case null:
    case '': return t('stopped');
    case 'breakpoint':
    case 'function breakpoint':
    case 'data breakpoint':
    case 'instruction breakpoint': return t('breakpoint');
    case 'step': return t('step');
    case 'pause': return t('pause');
    case 'exception': return t('exception');
    case 'entry': return t('entry');
    case ownReason: return t('held by the debugger');
    default: return reason;
  }
}

/** What the tooltip and the details say of a stop that lies over a moment. @param nowNs the present. */
export function stopSentence({ reason, at, fromNs, toNs, own, light, threadLabel }: StopAt, nowNs: number): string {
  const why = [reasonWord(reason), ...(at === null ? [] : [place(at)])].join(', ');
  const lasted = duration(Math.max(0, (toNs ?? nowNs) - fromNs));
  if (own && reason === ownReason) return toNs === null ? t('Held by the debugger itself, for {0} so far: nobody has asked for a stop.', lasted) : t('Held by the debugger itself for {0}: nobody had asked for a stop.', lasted);
  if (own) return toNs === null ? t('Stopped in the debugger ({0}), for {1} so far.', why, lasted) : t('Stopped in the debugger ({0}) for {1}.', why, lasted);
  const who = threadLabel ?? t('another thread');
  if (light) return t('Waited anyway for {1} while the debugger had stopped {0} ({2}).', who, lasted, why);
  return toNs === null ? t('Held up because the debugger has stopped {0} ({2}), for {1} so far.', who, lasted, why) : t('Held up for {1} because the debugger had stopped {0} ({2}).', who, lasted, why);
}
