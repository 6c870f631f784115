/**
 * What a person can do with a row of a run that is debugged: the menus of the panel and the sidebar have it from here, and both say the same where
 * something can't be done. What was offered may have changed when it is chosen, so it is looked at again then.
 */
import * as vscode from 'vscode';
import { isMissing, type BreakPlaces, type ForkPlace, type NoBreakPlace, type ReceivePlace } from '../../protocol/breakPlaces';
import type { RowAction, RowActionName } from '../../protocol/rowActions';
import type { ProcessRow, Row, ThreadRow } from '../../protocol/rows';
import type { SourcePosition } from '../../protocol/report';
import { fileOf } from '../openSource';
import { UserProblem } from '../problems';
import type { Run } from '../run';
import { forkCondition, receiveCondition } from './breakConditions';
import type { DebuggedRun, DebugRuns } from './debugRuns';
import { attachDebugger, type Followed } from './followed';
import { OwnBreakpoints } from './ownBreakpoints';
import { askForNative } from './threads';

const { t } = vscode.l10n;

export interface RowActionsContext {
  readonly debugRuns: DebugRuns;
  readonly followed: Followed;
  readonly own: OwnBreakpoints;
  open(run: Run, site: SourcePosition): Promise<void>;
}

/** What can be done, and how. */
interface Offer extends RowAction {
  run(): void | Promise<void>;
}

export class RowActions {
  /** The sentence that VS Code selects nothing was said in this window. */
  private said = false;

  constructor(private readonly context: RowActionsContext) {}

  /** What the menu of a row has; nothing where its run is not debugged. */
  async of(run: Run, id: string): Promise<RowAction[]> {
    return (await this.offers(run, id)).map(({ name, title, note, hindered }) => ({ name, title, note, hindered }));
  }

  /** @throws UserProblem where it can't be done, with the reason. */
  async act(run: Run, id: string, name: RowActionName): Promise<void> {
    const offer = (await this.offers(run, id)).find((each) => each.name === name);
    if (offer === undefined) throw new UserProblem(t('{0} is not being debugged any more.', run.title));
    if (offer.hindered !== null) throw new UserProblem(offer.hindered);
    await offer.run();
  }

  private async offers(run: Run, id: string): Promise<Offer[]> {
    const debugged = this.context.debugRuns.ofRun(run);
    const row = run.rows.get(id);
    if (debugged?.debug.rootSession?.live !== true || row === undefined || row.kind === 'listener') return [];
    const places = await run.query({ name: 'breakPlaces', ask: { row: id } }) as BreakPlaces;
    const process = processOf(run, row);
    const offers = [this.showOffer(run, debugged, row, process), this.receiveOffer(run, debugged, row, process, places.receive), this.forkOffer(run, debugged, process, places.fork)];
    if (process === null || row.kind !== 'process' || this.context.followed.stateOf(run, process) !== 'unfollowed') return offers;
    const python = askForNative(debugged.debug.rootSession.facts.type) !== null;
    return [...offers, {
      name: 'attachDebugger', title: t('Attach Debugger'), note: null, hindered: python ? null : t('Only a Python process can be attached to from here.'),
      run: () => attachDebugger(this.context.debugRuns, run, process),
    }];
  }

  private showOffer(run: Run, { debug }: DebuggedRun, row: Row, process: ProcessRow | null): Offer {
    const title = t('Show in Call Stack');
    const entry = process === null ? undefined : debug.ofProcess(process.pid);
    const thread = threadOf(run, row);
    return {
      name: 'showInCallStack', title, note: thread === null || thread.paused !== undefined ? null : t('It is not stopped: the view shows that it runs.'),
      hindered: row.endNs !== null ? t('It has ended.') : process === null ? t('Nobody has accepted this client yet.') : entry === undefined ? t('The debugger did not follow this process.') : null,
      run: async () => {
        // The view last: it has the focus then.
        const site = thread?.paused?.site ?? null;
        if (site !== null) await this.context.open(run, site);
        await vscode.commands.executeCommand('workbench.debug.action.focusCallStackView');
        this.sayWhere(thread, process);
      },
    };
  }

  /** In full once in a window, then in the status bar. */
  private sayWhere(thread: ThreadRow | null, process: ProcessRow | null): void {
    const name = thread?.label ?? process?.label ?? '';
    const sentence = t('VS Code lets no extension select a thread in the call stack: look for {0} of process {1} there.', name, String(process?.pid ?? '?'));
    if (this.said) vscode.window.setStatusBarMessage(sentence, 10_000);
    else void vscode.window.showInformationMessage(sentence);
    this.said = true;
  }

  private receiveOffer(run: Run, debugged: DebuggedRun, row: Row, process: ProcessRow | null, place: ReceivePlace | NoBreakPlace): Offer {
    const said = isMissing(place) ? '' : t('next receive of {0}', place.label);
    return this.breakOffer(run, debugged, process, {
      name: 'breakOnReceive', title: t('Break on This Connection\'s Next Receive'), place, why: row.endNs === null ? whyNoReceive : () => t('It has ended.'),
      note: null, condition: (found) => receiveCondition(found, said),
    });
  }

  private forkOffer(run: Run, debugged: DebuggedRun, process: ProcessRow | null, place: ForkPlace | NoBreakPlace): Offer {
    const said = isMissing(place) ? '' : t('next fork of {0}', `${place.label} (${place.pid})`);
    return this.breakOffer(run, debugged, process, {
      name: 'breakOnFork', title: t('Break When This Process Forks'), place, why: process?.endNs === null ? whyNoFork : () => t('It has ended.'),
      note: isMissing(place) || place.children === null ? null : t('in the new child: a library makes the fork'), condition: (found) => forkCondition(found, said),
    });
  }

  private breakOffer<T extends ReceivePlace | ForkPlace>(run: Run, debugged: DebuggedRun, process: ProcessRow | null, asked: BreakAsked<T>): Offer {
    const { name, title, place, why, note, condition } = asked;
    const { own, debugRuns } = this.context;
    const offer = (hindered: string | null, more: string | null = null, act: Offer['run'] = () => undefined): Offer => ({ name, title, note: more, hindered, run: act });
    const python = askForNative(debugged.debug.rootSession?.facts.type ?? '') !== null;
    if (!python) return offer(t('Only for Python: other debuggers can\'t ask for a descriptor or a process in a condition.'));
    if (isMissing(place)) return offer(why(place));
    if (process === null || debugged.debug.ofProcess(process.pid) === undefined) return offer(t('The debugger did not follow this process.'));
    const uri = vscode.Uri.file(fileOf(place.site, run.rows.info?.directory ?? null));
    const where = placeWords(place.site);
    if (OwnBreakpoints.at(uri, place.site.line) !== undefined) return offer(t('{0} has a breakpoint already.', where));
    return offer(null, note === null ? where : `${where}, ${note}`, () => debugRuns.guarded(() => own.add(debugged, uri, place.site.line, condition(place))));
  }
}

interface BreakAsked<T> extends Pick<RowAction, 'name' | 'title' | 'note'> {
  readonly place: T | NoBreakPlace;
  why(place: NoBreakPlace): string;
  condition(place: T): string;
}

function whyNoReceive({ why, at }: NoBreakPlace): string {
  switch (why) {
    case 'nothing': return t('It has no open connection.');
    case 'several': return t('It has several open connections: choose one of them.');
    case 'waiting': return t('Nobody has accepted this client yet.');
    case 'noLine': return t('No line was recorded at which it receives.');
    case 'library': return t('A library receives for it below {0}, a line that the program does not come to again.', at === null ? '?' : placeWords(at));
  }
}

function whyNoFork({ why, at }: NoBreakPlace): string {
  switch (why) {
    case 'library': return t('A library forks for it below {0}, a line that the program does not come to again.', at === null ? '?' : placeWords(at));
    case 'noLine': return t('No process of this run has forked at a recorded line yet.');
    default: return t('It has no living process.');
  }
}

/** `server.py:12`. */
function placeWords({ file, line }: SourcePosition): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

/** The thread that a row means: itself, its owner, a process's stopped or main one. */
function threadOf(run: Run, row: Row): ThreadRow | null {
  const known = (id: string | null): ThreadRow | null => {
    const found = id === null ? undefined : run.rows.get(id);
    return found?.kind === 'thread' ? found : null;
  };
  switch (row.kind) {
    case 'thread': return row;
    case 'task': return known(row.parent);
    case 'connection': return known(row.owner);
    case 'listener': return null;
    case 'process': {
      const threads = run.rows.childrenOf(row.id).filter((each): each is ThreadRow => each.kind === 'thread' && each.endNs === null);
      return threads.find(({ paused }) => paused !== undefined && paused.reason !== null) ?? threads.find(({ main }) => main) ?? null;
    }
  }
}

function processOf(run: Run, row: Row): ProcessRow | null {
  if (row.kind === 'process') return row;
  const parent = run.rows.get(threadOf(run, row)?.parent ?? '');
  return parent?.kind === 'process' ? parent : null;
}
