/** What package.json contributes and what the code registers are the same: nothing more, nothing less, all of it named in every language. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast, parseColor } from '../../../webview/timeline/colors';
import { commandIds, contextKeys, itemKinds, panelViewType, recordingEditorType, recordingExtension, runsViewId, settingIds, viewContainerId } from '../../../src/ui/ids';

interface MenuItem {
  command: string;
  when?: string;
}

interface Manifest {
  icon: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string; enablement?: string }[];
    menus: Record<string, MenuItem[]> & { commandPalette: MenuItem[] };
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
    colors: { id: string; defaults: Record<'dark' | 'light' | 'highContrast' | 'highContrastLight', string> }[];
    customEditors: { viewType: string; selector: { filenamePattern: string }[] }[];
    configuration: { properties: Record<string, { markdownDescription: string; order: number; default: unknown }> };
  };
}

const root = join(import.meta.dirname, '..', '..', '..');
const text = readFileSync(join(root, 'package.json'), 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const bundle = (name: string): Record<string, string> => JSON.parse(readFileSync(join(root, name), 'utf8')) as Record<string, string>;
const bundles = readdirSync(root).filter((name) => /^package\.nls.*\.json$/.test(name));

describe('package.json', () => {
  it('contributes the commands that are registered', () => {
    expect(contributes.commands.map(({ command }) => command).sort()).toEqual(Object.values(commandIds).sort());
  });

  it('has colours that can be read at the line of a stopped thread too', () => {
    // The editor's background, and what VS Code lays over the line at which a thread stands in the debugger.
    const lines = { dark: ['#1f1f1f', '#ffff0033'], light: ['#ffffff', '#ffff6673'], highContrast: ['#000000', '#ffff0033'], highContrastLight: ['#ffffff', '#ffff6673'] } as const;
    const [color] = contributes.colors;
    expect(color?.id).toBe('forkscope.lineEndForeground');
    for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] as const) {
      const background = parseColor(lines[theme][0], [0, 0, 0])!;
      const words = parseColor(color!.defaults[theme], [0, 0, 0])!;
      const least = theme.startsWith('high') ? 7 : 4.5;
      for (const behind of [background, parseColor(lines[theme][1], background)!]) expect(contrast(words, behind), theme).toBeGreaterThanOrEqual(least);
    }
  });

  it('contributes the settings that are read', () => {
    expect(Object.keys(contributes.configuration.properties).sort()).toEqual(Object.values(settingIds).sort());
    const orders = Object.values(contributes.configuration.properties).map(({ order }) => order);
    expect(orders).toEqual(orders.map((_, index) => index + 1));
  });

  it('names only commands, context keys, views and kinds of items that exist', () => {
    const items = Object.values(contributes.menus).flat();
    const known = new Set<string>([...Object.values(commandIds), ...Object.values(contextKeys), runsViewId]);
    for (const item of items) expect(known).toContain(item.command);
    const clauses = [...items, ...contributes.commands.map(({ enablement }) => ({ when: enablement })), ...contributes.viewsWelcome].flatMap(({ when }) => when ?? []);
    for (const clause of clauses) {
      for (const [id] of clause.matchAll(/forkscope\.\w+/g)) expect(known).toContain(id);
      const kinds = Object.values(itemKinds);
      for (const [, kind] of clause.matchAll(/viewItem == ([\w.]+)/g)) expect(kinds).toContain(kind);
      for (const [, pattern] of clause.matchAll(/viewItem =~ \/([^/]+)\//g)) expect(kinds.some((kind) => new RegExp(pattern!).test(kind))).toBe(true);
    }
  });

  it('uses every context key', () => {
    for (const key of Object.values(contextKeys)) expect(text).toContain(key);
  });

  // VS Code draws every item again when a context key of the items' menus changes, and fails where the tree is just then being read again.
  it('lets the menus of items depend on the item alone', () => {
    const menu = contributes.menus['view/item/context']!;
    for (const { when } of menu) expect(when).toMatch(/^view == forkscope\.runs && viewItem (==|=~) [^ ]+$/);
    const onItems = new Set(menu.map(({ command }) => command));
    expect(contributes.commands.filter(({ command, enablement }) => onItems.has(command) && enablement !== undefined)).toEqual([]);
    const conditional = contributes.menus.commandPalette.map(({ command }) => command);
    for (const command of onItems) expect(conditional).toContain(command);
  });

  it('hides from the palette what needs an item', () => {
    const hidden = contributes.menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
    expect(hidden.sort()).toEqual(
      [commandIds.traceFile, commandIds.revealInPanel, commandIds.showRow, commandIds.openSource, commandIds.openFinding, commandIds.closeRun, commandIds.deleteRecording, commandIds.revealRecording, commandIds.attachDebugger, commandIds.showInCallStack, commandIds.breakOnReceive, commandIds.breakOnFork].sort(),
    );
  });

  it('has the view, the container, the panel and the editor of the code', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewContainerId]);
    expect(contributes.views[viewContainerId]!.map(({ id }) => id)).toEqual([runsViewId]);
    expect(manifest.activationEvents).toEqual([`onWebviewPanel:${panelViewType}`, 'onDebug']);
    expect(contributes.customEditors).toMatchObject([{ viewType: recordingEditorType, selector: [{ filenamePattern: `*${recordingExtension}` }] }]);
  });

  it('names pictures that exist', () => {
    for (const [, path] of text.matchAll(/"(?:\.\/)?(media\/[^"]+)"/g)) expect(existsSync(join(root, path!)), path).toBe(true);
  });

  it('runs nothing without trust', () => {
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(settingIds.interpreter);
  });

  it('is in the same words in every language', () => {
    const used = [...text.matchAll(/%([\w.]+)%/g)].map(([, key]) => key!);
    expect(bundles).toContain('package.nls.json');
    for (const name of bundles) expect(Object.keys(bundle(name)).sort(), name).toEqual([...new Set(used)].sort());
  });

  it('links only to commands from its welcome', () => {
    const known = new Set<string>([...Object.values(commandIds), 'workbench.trust.manage']);
    for (const name of bundles) {
      for (const [, id] of Object.values(bundle(name)).join('\n').matchAll(/\(command:([\w.]+)\)/g)) expect(known, name).toContain(id!);
    }
  });
});
