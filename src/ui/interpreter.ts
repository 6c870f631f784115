/**
 * Which Python runs a file: the one the person sees in the status bar of their Python extension, unless our own setting
 * says otherwise. Both Python extensions are asked through narrow types of our own: they may be absent, old or broken, and
 * none of that may stop a trace.
 */
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../base/errors';
import { interpreterSetting, resolvePath } from './configuration';

/** ms-python.vscode-python-envs, as far as we use it. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
}

/** ms-python.python, as far as we use it. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

/** How long an extension may take to answer before the next source is asked. */
const patienceMs = 5000;

/**
 * The interpreter that the editor has chosen for `scope`, by its path; null where nobody has and the usual places (.venv,
 * PATH) are to be searched. `explicit` is true where the person named it, so that a wrong one is an error.
 */
export async function chosenInterpreter(
  scope: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<{ path: string; explicit: boolean } | null> {
  const setting = interpreterSetting(scope);
  if (setting !== null) return { path: setting, explicit: true };
  for (const [name, ask] of Object.entries(sources)) {
    try {
      const path = await withPatience(ask(scope));
      if (path !== undefined && path !== '') {
        log.info(`Interpreter of ${name}: ${path}`);
        return { path, explicit: false };
      }
    } catch (error) {
      log.warn(`${name} has no interpreter for us: ${messageOf(error)}`);
    }
  }
  return null;
}

const sources: Record<string, (scope: vscode.Uri | undefined) => Promise<string | undefined>> = {
  'ms-python.vscode-python-envs': async (scope) => {
    const api = await exportsOf<EnvironmentsApi>('ms-python.vscode-python-envs');
    return (await api?.getEnvironment(scope))?.execInfo?.run?.executable;
  },
  'ms-python.python': async (scope) => {
    const api = await exportsOf<PythonApi>('ms-python.python');
    if (api === undefined) return undefined;
    const active = api.environments.getActiveEnvironmentPath(scope);
    return (await api.environments.resolveEnvironment(active))?.executable.uri?.fsPath;
  },
  'python.defaultInterpreterPath': (scope) => {
    const path = vscode.workspace.getConfiguration('python', scope).get<string>('defaultInterpreterPath', '').trim();
    // The default value is the plain word "python": the search of PATH does that better.
    const isPath = path.includes('/') || path.includes('\\') || isAbsolute(path);
    return Promise.resolve(isPath ? resolvePath(path, scope) : undefined);
  },
};

async function exportsOf<T>(id: string): Promise<T | undefined> {
  const extension = vscode.extensions.getExtension<T>(id);
  if (extension === undefined) return undefined;
  return extension.isActive ? extension.exports : extension.activate();
}

async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
