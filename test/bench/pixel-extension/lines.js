/**
 * The ends of 200 busy lines: traces a program of which a thread stands at each, and turns them on and off in turn, writing down what
 * the extension host's thread took.
 */
// @ts-check
const { appendFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');
const vscode = require('vscode');

const eachMs = 5000;

/** @param {string} program @param {string} log @param {() => number} threadMs processor time of the extension host's thread */
exports.lines = async (program, log, threadMs) => {
  const api = await vscode.extensions.getExtension('forkscope.forkscope')?.activate();
  const file = vscode.Uri.file(program);
  await vscode.window.showTextDocument(file, { preview: false });
  await vscode.commands.executeCommand('forkscope.traceActiveFile', file);
  const { lineEnds } = api;
  /** @type {number[]} */
  let took = [];
  const draw = lineEnds.draw.bind(lineEnds);
  lineEnds.draw = () => {
    const began = performance.now();
    draw();
    took.push(performance.now() - began);
  };
  const setting = vscode.workspace.getConfiguration('forkscope.editor');
  for (let turn = 0; ; turn++) {
    await setting.update('threadsAtLines', turn % 2 === 0, vscode.ConfigurationTarget.Global);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    took = [];
    const before = threadMs();
    appendFileSync(log, `${JSON.stringify({ turn, phase: 'begin' })}\n`);
    await new Promise((resolve) => setTimeout(resolve, eachMs));
    appendFileSync(log, `${JSON.stringify({ turn, phase: 'end', lines: lineEnds.count, took, cpuMs: threadMs() - before })}\n`);
  }
};
