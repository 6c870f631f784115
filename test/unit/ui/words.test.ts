/** Every sentence that a person can see stands in every bundle, with the same placeholders, and no bundle holds a dead one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/** The literal first argument of every `t(…)`. */
function keysIn(code: string): string[] {
  return [...code.matchAll(/\bt\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g)].map(([, literal]) => {
    const inner = literal!.slice(1, -1);
    return inner.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  });
}

/** Every sentence of the rules: `say` with its places numbered. */
function phrasesIn(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'say') {
      const { template } = node;
      found.push(ts.isNoSubstitutionTemplateLiteral(template) ? template.text : template.head.text + template.templateSpans.map(({ literal }, at) => `{${at}}${literal.text}`).join(''));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('rule.ts', code, ts.ScriptTarget.ES2022, true));
  return found;
}

const keys = new Set([...[...sources('src/ui'), ...sources('webview'), ...sources('src/protocol')].flatMap(keysIn), ...sources('src/insight').flatMap(phrasesIn)]);
const bundles = readdirSync(join(root, 'l10n')).filter((name) => name.endsWith('.json'));
const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([match]) => match).sort();

describe('the words', () => {
  it('finds them in the sources', () => {
    expect(keys.size).toBeGreaterThan(80);
    expect(keysIn(`t('a'); t("it's"); x.l10n.t(\n  'b {0}', 1); start('no'); t('it\\'s')`)).toEqual(['a', "it's", 'b {0}', "it's"]);
    expect(phrasesIn('say`no`; say`${say` of ${a}`} waits for ${b}`')).toEqual(['no', '{0} waits for {1}', ' of {0}']);
  });

  it('are there in English and twice in Chinese', () => {
    expect(bundles.sort()).toEqual(['bundle.l10n.json', 'bundle.l10n.zh-cn.json', 'bundle.l10n.zh-tw.json']);
  });

  it.each(bundles)('%s has every key and no other', (name) => {
    const bundle = JSON.parse(readFileSync(join(root, 'l10n', name), 'utf8')) as Record<string, string>;
    expect([...keys].filter((key) => !(key in bundle)), 'missing').toEqual([]);
    expect(Object.keys(bundle).filter((key) => !keys.has(key)), 'dead').toEqual([]);
    for (const [key, value] of Object.entries(bundle)) expect(placeholders(value), key).toEqual(placeholders(key));
  });
});
