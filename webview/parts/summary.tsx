/**
 * What happens, said now and then to who cannot see it: one polite line, at most every few seconds and only when it
 * changed, or a busy server would talk without end.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { connectionsWords, exitWords, processesWords, threadsWords } from '../format';
import { kindName, rowFact } from '../rowWords';
import type { Store } from '../store';
import { t } from '../words';

const everyMs = 5000;

export function Summary({ store }: { store: Store }): JSX.Element {
  const said = useSignal('');
  useEffect(() => {
    const say = (): void => {
      said.value = sentence(store);
    };
    say();
    const timer = setInterval(say, everyMs);
    return () => clearInterval(timer);
  }, [store, said]);
  return (
    <>
      <div class="for-screen-readers" role="status" aria-live="polite" data-testid="summary">{said.value}</div>
      <Selected store={store} />
    </>
  );
}

function sentence(store: Store): string {
  const info = store.info.peek();
  if (info === null) return t('No program is traced.');
  if (info.state === 'ended') return t('{0} ended, {1}.', info.title, exitWords(info.exit));
  return t('{0} runs: {1}, {2}, {3}.', info.title, processesWords(info.processes), threadsWords(info.threads), connectionsWords(info.connections));
}

/** A row that is selected over the lanes, where no element has the focus that could be read. */
function Selected({ store }: { store: Store }): JSX.Element {
  const selection = store.selection.value;
  const row = store.live(selection?.row ?? '').value;
  return <div class="for-screen-readers" role="status" aria-live="polite" data-testid="selected">{row === undefined ? '' : [kindName(row.kind), row.label, rowFact(row)].join(' ')}</div>;
}
