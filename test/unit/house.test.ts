/**
 * Holds every import to the table in src/README.md. A convention without a check decays; a check whose table is not the
 * one people read decays too, so the table is read from the document.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

function readTable(): Map<string, Set<string>> {
  const table = new Map<string, Set<string>>();
  const section = readFileSync(join(root, 'src/README.md'), 'utf8').split('## Who may import whom')[1] ?? '';
  for (const line of section.split('\n')) {
    const row = /^\| ([\w./]+) \|(.*)\|$/.exec(line);
    if (row !== null && row[1] !== 'folder') {
      table.set(row[1]!, new Set(row[2]!.split(',').map((name) => name.trim()).filter((name) => name !== '')));
    }
  }
  return table;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'probes' ? [] : sourceFiles(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** The table's row for a file: webview/layout before webview, src/model for src/model/…. */
function folderOf(file: string, table: Map<string, Set<string>>): string | undefined {
  const path = relative(root, file).split(sep).join('/').replace(/^src\//, '');
  const parts = path.split('/');
  for (let length = parts.length; length > 0; length--) {
    const folder = parts.slice(0, length).join('/');
    if (table.has(folder)) return folder;
  }
  return undefined;
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found: string[] = [];
  for (const match of text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]/g)) found.push(match[1]!);
  for (const match of text.matchAll(/(?:\bimport|\brequire)\(\s*['"]([^'"]+)['"]/g)) found.push(match[1]!);
  for (const match of text.matchAll(/(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g)) found.push(match[1]!);
  return found;
}

/** What an import counts as in the table: a folder's row, node, or a package's name. */
function target(file: string, specifier: string, table: Map<string, Set<string>>): string | undefined {
  if (specifier.startsWith('.')) {
    const path = resolve(dirname(file), specifier);
    return folderOf(path, table) ?? folderOf(`${path}.ts`, table) ?? folderOf(`${path}.tsx`, table);
  }
  const name = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:') || builtinModules.includes(name)) return 'node';
  return specifier.startsWith('@') ? specifier : specifier.split('/')[0];
}

describe('the house', () => {
  const table = readTable();
  const files = [...sourceFiles(join(root, 'src')), ...sourceFiles(join(root, 'webview'))];

  it('has a table and files', () => {
    expect(table.size).toBeGreaterThan(10);
    expect(files.length).toBeGreaterThan(10);
  });

  it('every file has a row in the table', () => {
    expect(files.filter((file) => folderOf(file, table) === undefined).map((file) => relative(root, file))).toEqual([]);
  });

  it('every import is allowed by the table', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const folder = folderOf(file, table);
      if (folder === undefined) continue;
      for (const specifier of importsOf(file)) {
        const to = target(file, specifier, table);
        if (to === folder || (folder === 'webview' && to === 'webview/layout')) continue;
        if (specifier.startsWith('.') && specifier.endsWith('.css')) continue;
        const allowed = table.get(folder)!;
        if (to === undefined || !(allowed.has(to) || (specifier.startsWith('@preact/') && allowed.has('preact')))) {
          wrong.push(`${relative(root, file)} (${folder}) imports ${specifier} (${to ?? 'unknown'})`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
