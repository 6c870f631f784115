/** The bar over the panel: which run, how it is, what it has, and what can be done with it. */
import type { JSX } from 'preact';
import type { FromPanel } from '../../src/protocol/panel';
import type { RunInfo } from '../../src/protocol/rows';
import { bytes, connectionsWords, count, duration, elapsed, exitWords, processesWords, threadsWords } from '../format';
import { Icon, type IconName } from '../icons';
import { exitTone } from '../rowWords';
import { FindingsButton } from './findings';
import type { Store } from '../store';
import type { Viewport } from '../timeline/viewport';
import { t } from '../words';

export type PanelCommand = Extract<FromPanel, { type: 'command' }>['command'];

export interface HeaderProps {
  store: Store;
  viewport: Viewport;
  /** What the features add to the bar. */
  tools: JSX.Element;
  command(command: PanelCommand): void;
}

export function Header({ store, viewport, tools, command }: HeaderProps): JSX.Element | null {
  const info = store.info.value;
  if (info === null) return null;
  const running = info.state !== 'ended';
  const live = viewport.live.value;
  return (
    <header class="header">
      <RunBadge info={info} replayed={store.headNs.value !== null} />
      <h1 class="title" title={[...info.command, `\n${info.directory}`].join(' ')}>{info.title}</h1>
      <span class="facts">
        <span class="fact-number" data-testid="elapsed">{elapsed(store.clock.value)}</span>
        <Counts info={info} replayed={store.headNs.value !== null} />
      </span>
      <Notes info={info} running={running} />
      <span class="spring" />
      <div class="toolbar" role="toolbar" aria-label={t('Run')}>
        <FindingsButton store={store} />
        {running ? (
          <button
            type="button" class={`tool live${live ? ' on' : ''}`} aria-pressed={live} data-testid="live"
            title={live ? t('The timeline follows the present. Scroll or zoom to stay at a moment.') : t('Follow the present again (L)')} onClick={() => viewport.follow()}
          >
            <span class="live-dot" />
            {t('Live')}
          </button>
        ) : null}
        <Tool icon="fit" label={t('Fit')} title={t('Show the whole recording (F)')} run={() => viewport.fit()} testId="fit" words />
        {tools}
        <span class="divider" />
        <Tool icon="save" label={t('Save As…')} title={t('Save the recording as a file')} run={() => command('saveAs')} testId="saveAs" />
        <Tool icon="restart" label={t('Restart')} title={running ? t('Stop the program and trace it again') : t('Trace the program again')} run={() => command('restart')} testId="restart" />
        {running ? <Tool icon="stop" label={t('Stop')} title={t('Stop the program and all its processes')} run={() => command('stop')} testId="stop" tone="stop" /> : null}
      </div>
    </header>
  );
}

function RunBadge({ info, replayed }: { info: RunInfo; replayed: boolean }): JSX.Element {
  const [tone, icon, word]: ReturnType<typeof runState> = replayed ? ['good', 'replay', t('replay')] : runState(info);
  return (
    <span class={`badge-state tone-${tone}`} data-testid="run-state" data-state={info.state}>
      <Icon name={icon} size={14} />
      {word}
    </span>
  );
}

function runState(info: RunInfo): ['good' | 'dim' | 'bad', IconName, string] {
  if (info.state === 'starting') return ['good', 'alive', t('starting')];
  if (info.state === 'running') return ['good', 'alive', t('running')];
  const { icon, tone } = exitTone(info.exit);
  return [tone, icon, info.exit === null ? t('ended') : t('ended, {0}', exitWords(info.exit))];
}

/** Of a run that is over nothing lives: its counts would all be zero. */
function Counts({ info, replayed }: { info: RunInfo; replayed: boolean }): JSX.Element | null {
  if (info.state === 'ended' && !replayed) return <span class="fact-number">{t('{0} events', count(info.events))}</span>;
  return (
    <>
      <span class="fact-number" data-testid="processes">{processesWords(info.processes)}</span>
      <span class="fact-number" data-testid="threads">{threadsWords(info.threads)}</span>
      <span class="fact-number" data-testid="connections">{connectionsWords(info.connections)}</span>
    </>
  );
}

/** What is missing is said where it is seen: a picture with holes must not pass for the whole. */
function Notes({ info, running }: { info: RunInfo; running: boolean }): JSX.Element | null {
  const notes: { text: string; title: string }[] = [];
  if (!running && !info.complete) notes.push({ text: t('not complete'), title: t('The recording was cut before the program ended; what was recorded until then is shown.') });
  if (info.indexing?.cancelled === true) {
    notes.push({ text: t('read in part'), title: t('Reading was cancelled: the first {0} % are shown. Open the recording again to read it all.', Math.floor(info.indexing.share * 100)) });
  }
  if (info.lostEvents > 0) notes.push({ text: t('{0} events lost', count(info.lostEvents)), title: t('These events could not be recorded; the picture has gaps.') });
  if (info.completeFromNs !== undefined) {
    const dropped = duration(info.completeFromNs);
    notes.push({
      text: t('first {0} dropped', dropped),
      title: t('The recording reached its size limit, so its first {0} were dropped. What lived on is kept; totals count from then. Raise forkscope.recordings.maxSize to keep more.', dropped),
    });
  }
  if (info.droppedBytes > 0) notes.push({ text: t('{0} damaged', bytes(info.droppedBytes)), title: t('Parts of the recording are damaged and were skipped; the rest is shown.') });
  if (notes.length === 0) return null;
  return (
    <>
      {notes.map((note) => (
        <span class="note" title={note.title} key={note.text}>
          <Icon name="warning" size={14} />
          {note.text}
        </span>
      ))}
    </>
  );
}

interface ToolProps {
  icon: IconName;
  label: string;
  title: string;
  testId: string;
  run(): void;
  /** Shows the label beside the icon. */
  words?: boolean;
  tone?: 'stop';
}

function Tool({ icon, label, title, testId, run, words = false, tone }: ToolProps): JSX.Element {
  return (
    <button type="button" class={`tool${tone === undefined ? '' : ` ${tone}`}`} data-testid={testId} title={title} aria-label={words ? undefined : label} onClick={run}>
      <Icon name={icon} />
      {words ? label : null}
    </button>
  );
}
