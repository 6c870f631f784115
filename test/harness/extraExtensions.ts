/**
 * The address of a workbench can name one development extension only (of several, the last wins), where the desktop
 * takes any number. The others are installed as copies: a person who presses "Uninstall" must not lose the sources.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface InstalledExtension {
  readonly identifier: { readonly id: string };
  readonly version: string;
  readonly location: unknown;
  readonly relativeLocation: string;
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/** Installs copies of extensions that need no building into `extensionsFolder`. */
export function copyExtensions(folders: readonly string[], extensionsFolder: string): void {
  if (folders.length === 0) {
    return;
  }
  mkdirSync(extensionsFolder, { recursive: true });
  const list = join(extensionsFolder, 'extensions.json');
  const before = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as InstalledExtension[]) : [];
  const added = folders.map((folder): InstalledExtension => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const id = `${manifest.publisher}.${manifest.name}`;
    const relativeLocation = `${id}-${manifest.version}`;
    const target = join(extensionsFolder, relativeLocation);
    cpSync(folder, target, { recursive: true });
    return { identifier: { id }, version: manifest.version, location: { $mid: 1, path: target, scheme: 'file' }, relativeLocation };
  });
  const ids = new Set(added.map((extension) => extension.identifier.id));
  writeFileSync(list, JSON.stringify([...before.filter((extension) => !ids.has(extension.identifier.id)), ...added]));
}
