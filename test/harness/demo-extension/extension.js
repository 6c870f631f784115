/**
 * `npm start` should show the product at work, not an empty window. This extension, loaded beside the product and
 * never shipped with it, does what a person would: it opens a sample server, traces it, shows the panel, and runs
 * clients that come and go.
 */
// @ts-check
const { spawn } = require('node:child_process');
const path = require('node:path');
const vscode = require('vscode');
const { listeningPort } = require('./ports.js');

const PROGRAM = 'threading_echo.py';
/** Each wave takes some seconds; a window that was forgotten must not go on for ever. */
const WAVES = 200;
const PORT_DEADLINE = 60_000;

let over = false;
/** @type {import('node:child_process').ChildProcess | undefined} */
let clients;

async function activate() {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    return;
  }
  const program = vscode.Uri.joinPath(folder, PROGRAM);
  try {
    await vscode.window.showTextDocument(program, { preview: false, viewColumn: vscode.ViewColumn.One });
    // Not awaited: whether the command ends when the program starts or when it ends is the product's affair.
    const tracing = Promise.resolve(vscode.commands.executeCommand('forkscope.traceActiveFile', program));
    const port = await Promise.race([waitForPort(program.fsPath), tracing.then(() => waitForPort(program.fsPath))]);
    console.log(`[demo] ${PROGRAM} is traced; clients talk to port ${port}`);
    void runClients(folder.fsPath, port);
    await vscode.commands.executeCommand('forkscope.runs.focus');
    await vscode.commands.executeCommand('forkscope.showPanel');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`[demo] ${message}`);
    void vscode.window.showErrorMessage(`The demo could not start: ${message}`);
  }
}

function deactivate() {
  over = true;
  clients?.kill();
}

/** @param {string} program */
async function waitForPort(program) {
  const deadline = Date.now() + PORT_DEADLINE;
  while (Date.now() < deadline) {
    const port = listeningPort(program);
    if (port !== undefined) {
      return port;
    }
    await sleep(100);
  }
  throw new Error(`${PROGRAM} did not listen on a port within ${PORT_DEADLINE / 1000} s.`);
}

/**
 * @param {string} folder
 * @param {number} port
 */
async function runClients(folder, port) {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  for (let wave = 0; wave < WAVES && !over; wave++) {
    const args = [path.join(folder, 'clients.py'), String(port), '--clients', String(3 + (wave % 4)), '--rounds', '8', '--pause', '0.25'];
    clients = spawn(python, args, { stdio: 'ignore' });
    const code = await new Promise((resolve) => {
      clients?.once('error', () => resolve(-1));
      clients?.once('exit', resolve);
    });
    if (code !== 0) {
      return; // The server was stopped: the person has taken over.
    }
    await sleep(500);
  }
}

/** @param {number} milliseconds */
function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

module.exports = { activate, deactivate };
