/** What `activate` hands to tests: the same objects that the user interface works with. Not an API for other extensions. */
import type { Report } from '../protocol/report';
import type { LineEnds } from './editor/lineEnds';
import type { DebugRuns } from './debug/debugRuns';
import type { OwnBreakpoints } from './debug/ownBreakpoints';
import type { EngineHost } from './engineHost';
import type { PanelHost } from './panelHost';
import type { Recordings } from './recordings';
import type { Run } from './run';
import type { Runs } from './runs';
import type { SelectedLine } from './selectedLine';
import type { RunTree } from './treeView';

export interface ForkscopeApi {
  readonly runs: Runs;
  readonly tree: RunTree;
  readonly panels: PanelHost;
  readonly selectedLine: SelectedLine;
  readonly lineEnds: LineEnds;
  readonly recordings: () => Recordings;
  readonly engine: EngineHost;
  readonly debugRuns: DebugRuns;
  readonly ownBreakpoints: OwnBreakpoints;
  /** What happens once when the window opens: follows the runs that still grow. */
  adopt(): Promise<void>;
  report(run: Run): Promise<Report>;
}
