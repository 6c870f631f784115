/** Why the selection waits, step by step: who waits for whom, and at which line. The numbers are those on the lanes. */
import type { JSX } from 'preact';
import { causeSentence } from '../../causeWords';
import type { Panel } from '../../panel';
import { t } from '../../words';
import { lineFirst } from './sentence';

export function Causes({ panel, row }: { panel: Panel; row: string }): JSX.Element | null {
  const known = panel.store.causes.value;
  const { links, more } = known?.chain ?? { links: [], more: false };
  // Of an older selection, or of one that waits for nobody: its own sentence says that.
  if (known === null || (links.length < 2 && links[0]?.backTo !== 0) || !links.some((link) => link.row === row)) return null;
  const goTo = (at: number): void => {
    panel.store.causes.value = { ...known, at };
    panel.showMoment(links[at]!.row, links[at]!.atNs);
  };
  return (
    <section class="details-causes" aria-label={t('Why it waits')}>
      <h2>{t('Why it waits')}</h2>
      <ol>
        {links.map((link, index) => (
          <li key={index} class={index === known.at ? 'current' : ''} aria-current={index === known.at ? 'step' : undefined}>
            <span class="details-step" aria-hidden="true">{index + 1}</span>
            <button type="button" class="link details-cause" data-testid={`cause-${index + 1}`} title={t('Go to {0}', link.label)} onClick={() => goTo(index)}>
              {causeSentence(link, links[link.backTo ?? index + 1])}
            </button>
            {link.site === null ? null : (
              <button type="button" class="link details-line" title={`${link.site.file}:${link.site.line}`} onClick={() => panel.openSource(link.site!)}>{lineFirst(link.site)}</button>
            )}
            {link.backTo === null ? null : <span class="details-circle">{t('And so in a circle: back to {0}.', link.backTo + 1)}</span>}
          </li>
        ))}
      </ol>
      {more ? <p class="details-circle">{t('And so on.')}</p> : null}
    </section>
  );
}
