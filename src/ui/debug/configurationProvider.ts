/**
 * Puts a run into a debugger's launch configuration, where the person wants that: then its program is traced as by *Trace*.
 *
 *     F5 ─► the type's own resolvers ─► here: attendant ready? ─► env with the token and the probes ─► debug adapter
 *                                         └ not wanted, not known, not in time: the very same configuration
 *
 * It is asked last, when variables are substituted, and for child sessions too, which have the token already. Debugging goes on
 * whatever happens here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import { canOverlay, envFileOf, withOverlay, type Surroundings } from '../../launch/debugEnvironment';
import { nodePreload, pythonProbeFolder, type Environment } from '../../launch/environment';
import { releasePlace } from '../../launch/runPlace';
import { debugTraceSetting } from '../configuration';
import { attendCommand } from '../launching';
import type { Recordings } from '../recordings';
import type { LaunchSpec } from '../run';
import { fields } from './adapterMessages';
import { Attendant } from './attendant';
import type { DebugRuns } from './debugRuns';
import type { TraceQuestion } from './traceQuestion';

/** The key of a launch configuration. */
const launchKey = 'forkscope';

export interface OverlayContext {
  readonly extensionUri: vscode.Uri;
  readonly debugRuns: DebugRuns;
  readonly question: TraceQuestion;
  readonly recordings: () => Recordings;
  readonly log: vscode.LogOutputChannel;
}

export class OverlayProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly context: OverlayContext) {}

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
    cancelled?: vscode.CancellationToken,
  ): Promise<vscode.DebugConfiguration> {
    if (!vscode.workspace.isTrusted || !canOverlay(configuration.type, configuration)) return configuration;
    try {
      if (!this.isWanted(folder, configuration)) return configuration;
      return await this.traced(folder, configuration, cancelled);
    } catch (error) {
      this.sayUntraced(configuration.name, error);
      return configuration;
    }
  }

  private isWanted(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): boolean {
    const key: unknown = configuration[launchKey];
    if (typeof key === 'boolean') return key;
    const setting = debugTraceSetting(folder?.uri);
    // A question must not keep the program waiting: what is answered counts from the next start on.
    if (setting === 'ask') void this.context.question.ask();
    return setting === 'always';
  }

  private async traced(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration, cancelled?: vscode.CancellationToken): Promise<vscode.DebugConfiguration> {
    const { extensionUri, debugRuns, log } = this.context;
    const spec = specOf(folder, configuration);
    const recordings = this.context.recordings();
    await recordings.prepare();
    const place = recordings.claim(spec.title);
    try {
      const attendant = await Attendant.start(attendCommand(extensionUri, place), spec.directory, (line) => log.info(`[attendant] ${line}`));
      if (cancelled?.isCancellationRequested === true) {
        attendant.tell({ kind: 'cancel' });
        return configuration;
      }
      const bundle = vscode.Uri.joinPath(extensionUri, 'dist').fsPath;
      const overlay = { folder: place.folder, pythonProbe: pythonProbeFolder(bundle), nodePreload: nodePreload(bundle) };
      const result = withOverlay(configuration.type, configuration, overlay, surroundings(folder, configuration));
      debugRuns.expect({ place, spec, attendant, folder, configuration });
      log.info(`Tracing while ${configuration.name} is debugged; recording: ${place.file}`);
      return result;
    } catch (error) {
      releasePlace(place);
      throw error;
    }
  }

  private sayUntraced(name: string, error: unknown): void {
    const { log } = this.context;
    log.error(error instanceof Error ? error : messageOf(error));
    const show = vscode.l10n.t('Show Log');
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} is debugged without being traced: {1}', name, messageOf(error)), show).then((answer) => {
      if (answer === show) log.show();
    });
  }
}

/** What is debugged, as a command that a person could type. */
export function specOf(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): LaunchSpec {
  const words = (value: unknown): string[] => (Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : typeof value === 'string' && value !== '' ? [value] : []);
  const { program, cwd } = fields(configuration);
  const [interpreter] = configuration.type.endsWith('node') ? words(configuration.runtimeExecutable) : words(configuration.python);
  const own = words(configuration.module).length > 0 ? ['-m', ...words(configuration.module)] : words(program);
  const command = [interpreter ?? (configuration.type.endsWith('node') ? 'node' : 'python'), ...own, ...words(configuration.args)];
  const root = folder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const directory = typeof cwd === 'string' && existsSync(cwd) ? cwd : (root ?? (typeof program === 'string' && isAbsolute(program) ? dirname(program) : process.cwd()));
  const last = own.at(-1);
  return { title: last === undefined ? configuration.name : last.slice(last.lastIndexOf('/') + 1), command, directory };
}

/** What the program has where its configuration says nothing. Of a terminal's shell only the settings are known. */
function surroundings(folder: vscode.WorkspaceFolder | undefined, configuration: vscode.DebugConfiguration): Surroundings {
  let environment: Environment = process.env;
  if (configuration.console === 'integratedTerminal') {
    const own = fields(vscode.workspace.getConfiguration('terminal.integrated.env', folder?.uri).get(process.platform === 'darwin' ? 'osx' : 'linux'));
    const texts = Object.entries(own).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    environment = { ...process.env, ...Object.fromEntries(texts) };
  }
  return { environment, envFile: readEnvFile(folder, envFileOf(configuration)) };
}

function readEnvFile(folder: vscode.WorkspaceFolder | undefined, path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(isAbsolute(path) || folder === undefined ? path : join(folder.uri.fsPath, path), 'utf8');
  } catch {
    return null; // The debugger says so itself.
  }
}
