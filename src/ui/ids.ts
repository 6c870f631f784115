/**
 * A command that package.json names and nobody registers is a button that fails; a setting that the code reads and
 * package.json lacks can't be found by anybody. So every id stands here once, and test/unit/ui/contributions.test.ts holds
 * package.json to this list both ways.
 */

/** Commands, all in the category "Forkscope". */
export const commandIds = {
  traceActiveFile: 'forkscope.traceActiveFile',
  /** The same as "Run with Forkscope" in the menus of a file. */
  traceFile: 'forkscope.traceFile',
  traceCommand: 'forkscope.traceCommand',
  openTracedTerminal: 'forkscope.openTracedTerminal',
  debugActiveFile: 'forkscope.debugActiveFile',
  attachDebugger: 'forkscope.attachDebugger',
  // on rows of a run that is debugged
  showInCallStack: 'forkscope.showInCallStack',
  breakOnReceive: 'forkscope.breakOnReceive',
  breakOnFork: 'forkscope.breakOnFork',
  stop: 'forkscope.stop',
  restart: 'forkscope.restart',
  openRecording: 'forkscope.openRecording',
  saveRecordingAs: 'forkscope.saveRecordingAs',
  showPanel: 'forkscope.showPanel',
  showLog: 'forkscope.showLog',
  // on items of the view
  revealInPanel: 'forkscope.revealInPanel',
  openSource: 'forkscope.openSource',
  /** In an editor: what stands at the cursor's line. */
  selectAtLine: 'forkscope.selectAtLine',
  /** From a link of a hover: { run: its key, row: its id }. */
  showRow: 'forkscope.showRow',
  openFinding: 'forkscope.openFinding',
  closeRun: 'forkscope.closeRun',
  deleteRecording: 'forkscope.deleteRecording',
  revealRecording: 'forkscope.revealRecording',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** Settings, by their full name. */
export const settingIds = {
  interpreter: 'forkscope.python.interpreter',
  recordingsFolder: 'forkscope.recordings.folder',
  recordingsKeep: 'forkscope.recordings.keep',
  recordingsMaxSize: 'forkscope.recordings.maxSize',
  openPanel: 'forkscope.panel.openOnTrace',
  killAfter: 'forkscope.stop.killAfter',
  threadsAtLines: 'forkscope.editor.threadsAtLines',
  debugTrace: 'forkscope.debug.trace',
} as const;
export type SettingId = (typeof settingIds)[keyof typeof settingIds];

/** Context keys that `when` clauses go by. */
export const contextKeys = {
  /** At least one traced program runs. */
  running: 'forkscope.running',
  /** At least one run is listed, live or ended. */
  hasRun: 'forkscope.hasRun',
  /** The current run was started here and can be started again. */
  canRestart: 'forkscope.canRestart',
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const viewContainerId = 'forkscope';
export const runsViewId = 'forkscope.runs';
export const panelViewType = 'forkscope.panel';
export const recordingEditorType = 'forkscope.recording';
export const taskType = 'forkscope';
export const tracedTerminalId = 'forkscope.tracedTerminal';
export { recordingExtension } from '../launch/runPlace';

/** `contextValue` of items in the view; `when` clauses in package.json match on them. */
export const itemKinds = {
  runningRun: 'run.running',
  endedRun: 'run.ended',
  openedRun: 'run.opened',
  rowWithSource: 'row.source',
  row: 'row',
  /** What lives in a run that is debugged. */
  debuggedRow: 'row.debugged',
  debuggedRowWithSource: 'row.source.debugged',
  /** A process without a debug session, in a run that is debugged. */
  unfollowedRow: 'row.unfollowed',
  unfollowedRowWithSource: 'row.source.unfollowed',
  recordings: 'recordings',
  recording: 'recording',
  more: 'more',
  findings: 'findings',
  finding: 'finding',
} as const;
