/**
 * States in the sidebar: the same short names and sentences as in the panel (webview/stateWords.ts), so both share one
 * entry of the bundle, and an icon and a colour each. The icon differs with the colour, never the colour alone.
 */
import { l10n, ThemeColor, ThemeIcon } from 'vscode';
import type { SpanState } from '../protocol/states';

/** The short name of a state. */
export function stateName(state: SpanState): string {
  return names[state]();
}

/** A sentence for a learner. */
export function stateSentence(state: SpanState): string {
  return sentences[state]();
}

const names: Record<SpanState, () => string> = {
  accept: () => l10n.t('accept'),
  receive: () => l10n.t('receive'),
  send: () => l10n.t('send'),
  connect: () => l10n.t('connect'),
  poll: () => l10n.t('poll'),
  lock: () => l10n.t('lock'),
  condition: () => l10n.t('condition'),
  semaphore: () => l10n.t('semaphore'),
  join: () => l10n.t('join'),
  waitpid: () => l10n.t('wait for child'),
  sleep: () => l10n.t('sleep'),
  gil: () => l10n.t('GIL'),
  queue: () => l10n.t('queue'),
  file: () => l10n.t('file'),
  event: () => l10n.t('event'),
  barrier: () => l10n.t('barrier'),
  signal: () => l10n.t('signal'),
  pipe: () => l10n.t('pipe'),
  future: () => l10n.t('future'),
  executor: () => l10n.t('executor'),
  active: () => l10n.t('active'),
  running: () => l10n.t('on CPU'),
  ready: () => l10n.t('ready'),
  blocked: () => l10n.t('blocked'),
  stopped: () => l10n.t('stopped'),
  queued: () => l10n.t('queued'),
  receiveWait: () => l10n.t('receive-wait'),
  sendWait: () => l10n.t('send-wait'),
  working: () => l10n.t('working'),
  idle: () => l10n.t('idle'),
  alive: () => l10n.t('alive'),
  zombie: () => l10n.t('zombie'),
  unknown: () => l10n.t('unknown'),
  mixed: () => l10n.t('mixed'),
};

const sentences: Record<SpanState, () => string> = {
  accept: () => l10n.t('Waits in accept for the next client.'),
  receive: () => l10n.t('Waits for bytes to arrive.'),
  send: () => l10n.t('Waits until its bytes can be sent.'),
  connect: () => l10n.t('Waits for the other side to take the connection.'),
  poll: () => l10n.t('Waits until one of several descriptors is ready.'),
  lock: () => l10n.t('Waits for a lock that another thread holds.'),
  condition: () => l10n.t('Waits on a condition until it is notified.'),
  semaphore: () => l10n.t('Waits for a free place of a semaphore.'),
  join: () => l10n.t('Waits in join for a thread or process to end.'),
  waitpid: () => l10n.t('Waits for a child process to end.'),
  sleep: () => l10n.t('Sleeps for a time it chose itself.'),
  gil: () => l10n.t('Ready, but another thread holds the interpreter lock (GIL).'),
  queue: () => l10n.t('Waits for an item of a queue, or for room in it.'),
  file: () => l10n.t('Waits for a file or the disk.'),
  event: () => l10n.t('Waits until an event is set.'),
  barrier: () => l10n.t('Waits at a barrier for the other threads.'),
  signal: () => l10n.t('Waits until a signal comes.'),
  pipe: () => l10n.t('Waits for bytes in a pipe, or for room in it.'),
  future: () => l10n.t('Awaits a future that nobody has set yet.'),
  executor: () => l10n.t('Awaits work that an executor\'s thread or process does.'),
  active: () => l10n.t('Between recorded calls: running, or ready to run.'),
  running: () => l10n.t('Runs on a CPU.'),
  ready: () => l10n.t('Ready to run, and waits for a free CPU.'),
  blocked: () => l10n.t('Blocked; the reason was not recorded.'),
  stopped: () => l10n.t('Stopped by a signal or a debugger.'),
  queued: () => l10n.t('Connected, but the server has not accepted it yet.'),
  receiveWait: () => l10n.t('Its owner waits for bytes of this connection.'),
  sendWait: () => l10n.t('Its owner is sending on this connection.'),
  working: () => l10n.t('Its owner works on it, between calls.'),
  idle: () => l10n.t('Open, but its owner waits for something else.'),
  alive: () => l10n.t('The process is alive.'),
  zombie: () => l10n.t('Ended, but its parent has not fetched the exit code yet.'),
  unknown: () => l10n.t('Nothing is known about this time.'),
  mixed: () => l10n.t('Several short states; zoom in to see them.'),
};

/** What a state means for who waits: the sidebar's icons go by it. */
type Family = 'busy' | 'input' | 'lock' | 'rest' | 'stopped' | 'zombie' | 'unknown';

const families: Record<SpanState, Family> = {
  accept: 'input', receive: 'input', send: 'input', connect: 'input', poll: 'input', file: 'input', pipe: 'input', receiveWait: 'input', sendWait: 'input',
  lock: 'lock', condition: 'lock', semaphore: 'lock', gil: 'lock', queue: 'lock', event: 'lock', barrier: 'lock', queued: 'lock',
  join: 'rest', waitpid: 'rest', future: 'rest', executor: 'rest', sleep: 'rest', signal: 'rest', idle: 'rest', blocked: 'rest',
  active: 'busy', running: 'busy', ready: 'busy', working: 'busy', alive: 'busy',
  stopped: 'stopped', zombie: 'zombie', unknown: 'unknown', mixed: 'unknown',
};

const familyColors: Record<Family, string> = {
  busy: 'charts.green',
  input: 'charts.blue',
  lock: 'charts.orange',
  rest: 'descriptionForeground',
  stopped: 'charts.red',
  zombie: 'charts.red',
  unknown: 'disabledForeground',
};

const threadIcons: Record<Family, string> = {
  busy: 'play-circle',
  input: 'watch',
  lock: 'lock',
  rest: 'debug-pause',
  stopped: 'debug-stop',
  zombie: 'error',
  unknown: 'question',
};

const ended = new ThemeColor('disabledForeground');

/** Colour of a living thing in this state. */
function stateColor(state: SpanState): ThemeColor {
  return new ThemeColor(familyColors[families[state]]);
}

export function threadIcon(state: SpanState, alive: boolean): ThemeIcon {
  return alive ? new ThemeIcon(threadIcons[families[state]], stateColor(state)) : new ThemeIcon('circle-outline', ended);
}

export function processIcon(state: SpanState, alive: boolean): ThemeIcon {
  if (state === 'zombie') return new ThemeIcon('warning', new ThemeColor('charts.red'));
  return new ThemeIcon('server-process', alive ? stateColor(state) : ended);
}

/** A process that a debugger is attached to. */
export function debuggedIcon(state: SpanState): ThemeIcon {
  return new ThemeIcon('debug-alt', stateColor(state));
}

/** A thread that a debugger has stopped. */
export function pausedIcon(): ThemeIcon {
  return new ThemeIcon('debug-stackframe', new ThemeColor('debugIcon.breakpointCurrentStackframeForeground'));
}

export function connectionIcon(state: SpanState, alive: boolean): ThemeIcon {
  return alive ? new ThemeIcon(state === 'queued' ? 'bell-dot' : 'plug', stateColor(state)) : new ThemeIcon('debug-disconnect', ended);
}

export function listenerIcon(alive: boolean): ThemeIcon {
  return new ThemeIcon('radio-tower', alive ? new ThemeColor('charts.blue') : ended);
}
