/**
 * The part of the desktop's command line that tests use. Everything else that a desktop understands is ignored, so
 * that the launcher can stand in wherever a desktop VS Code is expected.
 */

export interface DesktopArguments {
  readonly folder?: string;
  readonly developmentExtensions: readonly string[];
  readonly testsPath?: string;
  readonly userDataFolder?: string;
  readonly extensionsFolder?: string;
  readonly debuggingPort?: number;
  readonly locale?: string;
  readonly workspaceTrust: boolean;
}

/** Flags whose value may stand as a separate word. */
const WITH_VALUE = new Set([
  'extensionDevelopmentPath', 'extensionTestsPath', 'user-data-dir', 'extensions-dir', 'remote-debugging-port', 'locale',
  'log', 'folder-uri', 'file-uri', 'profile', 'sync', 'crash-reporter-directory',
]);

/** Reads a desktop VS Code's command line. */
export function readCommandLine(words: readonly string[]): DesktopArguments {
  const flags = new Map<string, string[]>();
  const plain: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    if (match === null) {
      plain.push(word);
      continue;
    }
    const name = match[1] ?? '';
    const value = match[2] ?? (WITH_VALUE.has(name) ? words[++index] : undefined) ?? '';
    flags.set(name, [...(flags.get(name) ?? []), value]);
  }
  const last = (name: string): string | undefined => flags.get(name)?.at(-1);
  const folder = plain.at(-1) ?? last('folder-uri');
  return {
    folder: folder === undefined ? undefined : withoutScheme(folder),
    developmentExtensions: (flags.get('extensionDevelopmentPath') ?? []).map(withoutScheme),
    testsPath: map(last('extensionTestsPath'), withoutScheme),
    userDataFolder: last('user-data-dir'),
    extensionsFolder: last('extensions-dir'),
    debuggingPort: map(last('remote-debugging-port'), Number),
    locale: last('locale'),
    // Test tools always add the first; the second is ours and wins.
    workspaceTrust: !flags.has('disable-workspace-trust') || flags.has('enable-workspace-trust'),
  };
}

function map<From, To>(value: From | undefined, change: (value: From) => To): To | undefined {
  return value === undefined ? undefined : change(value);
}

function withoutScheme(path: string): string {
  return path.startsWith('file://') ? decodeURIComponent(new URL(path).pathname) : path;
}
