/**
 * Everything that can go wrong, as a person is told: one sentence, translated, and a button that does the next
 * sensible thing. Code elsewhere throws; only this file decides what it says.
 */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { ForkscopeError, messageOf, type ErrorCode } from '../base/errors';
import { commandIds, settingIds } from './ids';

/** A button: what it says and what it does. */
export interface Action {
  readonly title: string;
  run(): unknown;
}

/** An error of the user interface itself, already in the person's language. */
export class UserProblem extends Error {
  constructor(
    message: string,
    readonly actions: readonly Action[] = [],
  ) {
    super(message);
    this.name = 'UserProblem';
  }
}

interface Coded {
  readonly code: ErrorCode;
  readonly message: string;
  readonly values: readonly string[];
}

type Sentence = (values: readonly string[], message: string) => string;

/** The placeholders' order is that of ForkscopeError.values: a path first, then a detail. */
const sentences: Record<ErrorCode, Sentence> = {
  'recording-missing': ([path = '']) => vscode.l10n.t('The recording {0} is no longer there.', basename(path)),
  'recording-empty': ([path = '']) => vscode.l10n.t('The recording {0} is empty: the traced program ended before anything was recorded.', basename(path)),
  'recording-corrupt': ([path = '']) => vscode.l10n.t("{0} is not a Forkscope recording, or it is damaged, and can't be read.", basename(path)),
  'recording-newer': ([path = '']) => vscode.l10n.t('The recording {0} was made by a newer version of Forkscope; update the extension to open it.', basename(path)),
  'recording-folder-unwritable': ([path = '']) =>
    vscode.l10n.t("The recordings folder {0} can't be written; choose another one in the settings.", path),
  'disk-full': ([path = '']) => vscode.l10n.t('The disk that holds {0} is full; free some space, or choose another recordings folder.', path),
  'interpreter-missing': ([path = '', version]) =>
    version !== undefined
      ? vscode.l10n.t('{0} is Python {1}, and Forkscope needs 3.8 or newer; select another interpreter.', path, version)
      : path === ''
      ? vscode.l10n.t('No Python interpreter was found; select or install one.')
      : vscode.l10n.t("The Python interpreter {0} can't be run; select another one.", path),
  'program-missing': ([path = '']) => vscode.l10n.t('The program {0} was not found; check its name and path.', path),
  'program-not-executable': ([path = '']) => vscode.l10n.t("The program {0} can't be executed; check its permissions.", path),
  'engine-stopped': () => vscode.l10n.t('Forkscope stopped reading the recording because of an internal error; open it again. The log has details.'),
  internal: (_, message) => vscode.l10n.t('Something went wrong inside Forkscope: {0}', message),
};

/** What is said instead where a part of the recording is there to be seen. */
const partialSentences: Partial<Record<ErrorCode, Sentence>> = {
  'recording-corrupt': ([path = '']) => vscode.l10n.t('Part of the recording {0} is damaged; what could be read is shown.', basename(path)),
  'recording-newer': ([path = '']) =>
    vscode.l10n.t('The recording {0} was made by a newer version of Forkscope, and parts of it are not shown; update the extension to see all of it.', basename(path)),
  'recording-missing': ([path = '']) =>
    vscode.l10n.t('The recording {0} was deleted while it was read; what had been read is shown.', basename(path)),
};

/** The sentence for an error code in the person's language; `partial` where something could be read all the same. */
export function sentenceFor(error: Coded, partial = false): string {
  const sentence = (partial ? partialSentences[error.code] : undefined) ?? sentences[error.code];
  return sentence(error.values, error.message);
}

const openSettings = (id: string): Action => ({
  title: vscode.l10n.t('Open Settings'),
  run: () => vscode.commands.executeCommand('workbench.action.openSettings', id),
});

const showLog = (): Action => ({
  title: vscode.l10n.t('Show Log'),
  run: () => vscode.commands.executeCommand(commandIds.showLog),
});

const openRecording = (): Action => ({
  title: vscode.l10n.t('Open Recording…'),
  run: () => vscode.commands.executeCommand(commandIds.openRecording),
});

export const manageTrust = (): Action => ({
  title: vscode.l10n.t('Manage Workspace Trust'),
  run: () => vscode.commands.executeCommand('workbench.trust.manage'),
});

/** The Python extension's own chooser where it is installed, else our setting. */
const selectInterpreter = (): Action => ({
  title: vscode.l10n.t('Select Interpreter'),
  run: async () => {
    const known = await vscode.commands.getCommands(true);
    await (known.includes('python.setInterpreter')
      ? vscode.commands.executeCommand('python.setInterpreter')
      : vscode.commands.executeCommand('workbench.action.openSettings', settingIds.interpreter));
  },
});

const actions: Partial<Record<ErrorCode, () => Action>> = {
  'recording-missing': openRecording,
  'recording-empty': showLog,
  'recording-corrupt': showLog,
  'recording-newer': () => ({
    title: vscode.l10n.t('Update Extension'),
    run: () => vscode.commands.executeCommand('workbench.extensions.action.checkForUpdates'),
  }),
  'recording-folder-unwritable': () => openSettings(settingIds.recordingsFolder),
  'disk-full': () => openSettings(settingIds.recordingsFolder),
  'interpreter-missing': selectInterpreter,
  'program-missing': () => ({ title: vscode.l10n.t('Trace Command…'), run: () => vscode.commands.executeCommand(commandIds.traceCommand) }),
  'engine-stopped': showLog,
  internal: showLog,
};

/** What to say of anything thrown. */
export function describe(error: unknown): { message: string; actions: readonly Action[] } {
  if (error instanceof UserProblem) return { message: error.message, actions: error.actions };
  const coded = error instanceof ForkscopeError ? error : new ForkscopeError('internal', messageOf(error));
  const action = actions[coded.code]?.();
  return { message: sentenceFor(coded), actions: action === undefined ? [] : [action] };
}

/** Says it in a notification with its buttons, and in the log with its stack. Resolves at once; the answer is awaited behind. */
export function report(error: unknown, log: vscode.LogOutputChannel): void {
  const { message, actions: buttons } = describe(error);
  log.error(error instanceof Error ? error : String(error));
  void vscode.window.showErrorMessage(message, ...buttons.map(({ title }) => title)).then(async (title) => {
    await buttons.find((button) => button.title === title)?.run();
  });
}
