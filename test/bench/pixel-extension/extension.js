/** Loaded beside the product and never shipped with it: opens the bench's server, traces it and shows the panel. */
// @ts-check
const vscode = require('vscode');

async function activate() {
  const program = vscode.Uri.file(process.env.FORKSCOPE_BENCH_PROGRAM ?? '');
  await vscode.window.showTextDocument(program, { preview: false });
  void vscode.commands.executeCommand('forkscope.traceActiveFile', program);
  await vscode.commands.executeCommand('forkscope.showPanel');
}

module.exports = { activate };
