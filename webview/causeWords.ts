/** A link of the chain of causes as a sentence. */
import type { CauseLink } from '../src/protocol/causeChain';
import { place } from './format';
import { stateSentence } from './stateWords';
import { t } from './words';

/** With the line that it stands at. @param next what it waits for; undefined for the last. */
export function causeWords(link: CauseLink, next: CauseLink | undefined): string {
  const sentence = causeSentence(link, next);
  return link.site === null ? sentence : `${sentence} · ${link.site.function === '' ? place(link.site) : `${link.site.function} (${place(link.site)})`}`;
}

export function causeSentence(link: CauseLink, next: CauseLink | undefined): string {
  const sentence = sentenceOf(link, next?.label ?? '');
  return link.serves === null || link.serves.id === link.on?.id ? sentence : t('{0} (serves {1})', sentence, link.serves.label);
}

function sentenceOf({ label, why, on, state }: CauseLink, next: string): string {
  const object = on?.label ?? '';
  switch (why) {
    case 'queued': return t('{0} waits to be accepted by {1}', label, next);
    case 'otherEnd': return t('{0} waits for its other end: {1}', label, next);
    case 'busy': return t('{0} has to wait: {1} is at something else', label, next);
    case 'bytes': return t('{0} waits for bytes of {1}', label, object);
    case 'room': return t('{0} waits until {1} takes its bytes', label, object);
    case 'silent': return t('{0} sends nothing', label);
    case 'slow': return t('{0} takes no bytes', label);
    case 'heldLock': return t('{0} waits for {1}, which {2} holds', label, object, next);
    case 'ownLock': return t('{0} waits for {1}, which it holds itself', label, object);
    case 'worksOn': return t('{0} waits for {1}, which {2} works on', label, object, next);
    case 'woken': return t('{0} waited until {1} woke it', label, next);
    case 'ended': return t('{0} waits for the end of {1}', label, next);
    case 'channel': return t('{0} waits for {1} at the other end of {2}', label, next, object);
    case 'reaped': return t('{0} waits until {1} fetches its exit code', label, next);
    case 'itself': return t('{0}: {1}', label, stateSentence(state));
  }
}
