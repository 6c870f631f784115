/** A crowd of alike children is one node of the tree, which opens by keyboard; the sidebar stays short too. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { screenshot } from '../../harness/window';
import { EchoClient } from '../support/clients';
import { attribute, panelFrame, press } from '../support/panel';
import { cleanUp, currentRun, eventually, listeningPort, product, sample } from '../support/product';

/** By the class that the page of a webview has then. */
const themes = { 'vscode-light': 'Default Light Modern', 'vscode-high-contrast-light': 'Default High Contrast Light', 'vscode-high-contrast': 'Default High Contrast', 'vscode-dark': 'Default Dark Modern' };

describe('two hundred alike children', function () {
  this.timeout(300_000);

  afterEach(async () => {
    await vscode.workspace.getConfiguration('workbench').update('colorTheme', undefined, vscode.ConfigurationTarget.Global);
    await cleanUp(await product());
  });

  it('are one node, which opens and is gone through by keyboard', async () => {
    const api = await product();
    await vscode.commands.executeCommand('forkscope.traceActiveFile', sample('many_children.py'));
    const run = currentRun(api);
    const port = await listeningPort(run);
    const frame = await panelFrame();
    const tree = frame.locator('.tree');
    const fold = tree.locator('.node.fold');
    await eventually('the fold with all of them', async () => (await fold.innerText()).includes('fork × 200') && (await fold.innerText()).includes('200 alive'));
    const exec = tree.locator('.node', { hasText: 'exec → cat' });
    await eventually('the one that became cat', async () => (await exec.count()) === 1);
    await eventually('three nodes', async () => (await tree.locator('.node').count()) === 3);
    await screenshot('alike-folded');

    // By keyboard alone: to the root, to its first child, open, in, down.
    const focused = (): Promise<string | null | undefined> => attribute(frame.locator('.node:focus'), 'data-node-id');
    await press(frame, tree.locator('.node').first(), 'ArrowRight');
    await eventually('the fold with the keyboard', async () => (await focused())?.startsWith('fold:') === true);
    await press(frame, fold, 'ArrowRight');
    await eventually('an open fold', async () => (await fold.getAttribute('aria-expanded')) === 'true' && (await fold.innerText()).includes('140 more'));
    await press(frame, fold, 'ArrowRight');
    const first = await eventually('the first child with the keyboard', async () => {
      const id = await focused();
      return id?.startsWith('p') === true && id;
    });
    await press(frame, tree.locator(`[data-node-id="${first}"]`), 'ArrowDown');
    const next = await eventually('the next child, selected', async () => {
      const id = await focused();
      return id !== first && id?.startsWith('p') === true && (await attribute(frame.locator('.node:focus'), 'aria-selected')) === 'true' && id;
    });
    // Sixty stand there, and only those in sight exist.
    assert.equal(await tree.getAttribute('data-nodes'), '63');
    await eventually('fewer than forty nodes', async () => (await tree.locator('.node').count()) < 40);
    for (const [name, theme] of Object.entries(themes)) {
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', theme, vscode.ConfigurationTarget.Global);
      await eventually(`the theme ${theme}`, async () => (await frame.locator('body').getAttribute('class'))?.split(' ').includes(name) === true);
      await screenshot(`alike-open-${name}`);
    }
    await press(frame, tree.locator(`[data-node-id="${next}"]`), 'Enter');
    await eventually('the forking line', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.lineAt(active.selection.active.line).text.includes('forks an alike one') === true;
    });

    // Back out of the crowd, and closed again.
    await press(frame, tree.locator('.node[tabindex="0"]').first(), 'ArrowLeft');
    await eventually('the fold again', async () => (await focused())?.startsWith('fold:') === true);
    await press(frame, fold, 'ArrowLeft');
    await eventually('a closed fold', async () => (await fold.getAttribute('aria-expanded')) === 'false');

    (await EchoClient.connect(port)).close();
    await eventually('their ends', async () => (await fold.innerText()).includes('4 failed') && (await fold.innerText()).includes('196 ended'));
    await screenshot('alike-ended');
  });
});
