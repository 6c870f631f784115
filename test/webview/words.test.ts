/** Every string goes through t with a literal, so that the keys can be listed; numbers read as people write them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { afterEach, describe, expect, it } from 'vitest';
import { spanStates } from '../../src/protocol/states';
import { bytes, duration, elapsed, exitWords, place, threadsWords } from '../../webview/format';
import { stateName, stateSentence } from '../../webview/stateWords';
import { contrast, isOpaque, parseColor } from '../../webview/timeline/colors';
import { readPalette } from '../../webview/timeline/palette';
import { setWords, t } from '../../webview/words';
import { themes } from './support/themes';

const root = resolve(import.meta.dirname, '../../webview');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

interface Use {
  file: string;
  key: string | null;
}

/** Calls of t, and texts that stand in the markup without it. */
function inspect(file: string): { uses: Use[]; bare: string[] } {
  const uses: Use[] = [];
  const bare: string[] = [];
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 't') {
      const [first] = node.arguments;
      uses.push({ file, key: first !== undefined && ts.isStringLiteral(first) ? first.text : null });
    }
    if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) bare.push(`${file}: ${node.text.trim()}`);
    if (ts.isJsxAttribute(node) && ts.isIdentifier(node.name) && ['title', 'label'].includes(node.name.text) && node.initializer !== undefined && ts.isStringLiteral(node.initializer)) bare.push(`${file}: ${node.initializer.text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { uses, bare };
}

describe('words', () => {
  afterEach(() => setWords(null, 'en'));
  const all = sources(root).map(inspect);

  it('are looked up by literals only, and none stands in the markup', () => {
    const uses = all.flatMap((file) => file.uses);
    expect(uses.length).toBeGreaterThan(100);
    expect(uses.filter((use) => use.key === null)).toEqual([]);
    expect(all.flatMap((file) => file.bare)).toEqual([]);
  });

  it('take their values, in the translation\'s order', () => {
    expect(t('{0} threads', 3)).toBe('3 threads');
    setWords({ '{0}, which serves {1}': '{1} 由 {0} 服务' }, 'zh-cn');
    expect(t('{0}, which serves {1}', 'main', 'c1')).toBe('c1 由 main 服务');
    expect(t('Stop')).toBe('Stop');
    setWords(null, 'not a locale');
    expect(threadsWords(1234)).toBe('1,234 threads');
  });

  it('exist for every state', () => {
    for (const state of spanStates) {
      expect(stateName(state)).not.toBe('');
      expect(stateSentence(state)).toMatch(/[.)]$/);
    }
  });
});

describe('numbers', () => {
  it('are durations of three digits', () => {
    expect([740, 12_500, 3.2e6, 999.6e6, 1.254e9, 59e9, 125e9, 3_725e9].map(duration)).toEqual(['740 ns', '12.5 µs', '3.20 ms', '1.00 s', '1.25 s', '59.0 s', '2 min 05 s', '1 h 02 min']);
    expect([5e6, 1.29e9, 12.9e9, 75e9].map(elapsed)).toEqual(['5 ms', '1.2 s', '12 s', '1 min 15 s']);
  });

  it('are bytes, places and exits', () => {
    expect([0, 999, 1500, 99_960, 999_600, 20e6].map(bytes)).toEqual(['0 B', '999 B', '1.5 kB', '100 kB', '1.0 MB', '20.0 MB']);
    expect(place({ file: 'C:\\work\\server.py', line: 7, function: 'f' })).toBe('server.py:7');
    expect([exitWords({ code: 3, signal: null }), exitWords({ code: null, signal: 'SIGKILL' }), exitWords(null)]).toEqual(['exit code 3', 'killed by SIGKILL', 'ended']);
  });
});

describe('colours', () => {
  it('are read from what a theme says', () => {
    expect(parseColor('#fff', [0, 0, 0])).toEqual([255, 255, 255]);
    expect(parseColor(' #11223380', [0, 0, 0])).toEqual([9, 17, 26]);
    expect(parseColor('rgba(255, 0, 0, 0.5)', [0, 0, 0])).toEqual([128, 0, 0]);
    expect(parseColor('', [0, 0, 0])).toBeUndefined();
    expect(parseColor('var(--x)', [0, 0, 0])).toBeUndefined();
    expect(['#fff', '#ffff', '#ea5c0055', 'rgba(1, 2, 3, 1)', 'rgb(1 2 3 / 50%)', ''].map(isOpaque)).toEqual([true, true, false, true, false, false]);
  });

  it.each(Object.entries(themes))('of what a thread waits for stand out from the background of %s', (_, theme) => {
    const variables: Record<string, string> = theme.variables;
    const palette = readPalette((name) => variables[name.replace('--vscode-', '')] ?? '', theme.bodyClass.includes('high'));
    const background = parseColor(palette.background, [0, 0, 0])!;
    for (const state of ['lock', 'condition', 'queue', 'event', 'receive', 'pipe', 'join', 'gil'] as const) {
      expect(contrast(parseColor(palette.fill(state, 0).base, background)!, background), state).toBeGreaterThan(1.2);
    }
  });

  it.each(Object.entries(themes))('can be read on every fill of %s', (_, theme) => {
    const variables: Record<string, string> = theme.variables;
    const palette = readPalette((name) => variables[name.replace('--vscode-', '')] ?? '', theme.bodyClass.includes('high'));
    for (const state of spanStates) {
      for (let owner = 0; owner < 8; owner++) {
        const { base, ink } = palette.fill(state, owner);
        expect(contrast(parseColor(base, [0, 0, 0])!, parseColor(ink, [0, 0, 0])!)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
