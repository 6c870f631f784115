/**
 * A parent that starts programs in four ways, and a thread.
 *
 * Watch: each child hangs below its parent, born at the line that started it: one that ends with status 3, another Node that is talked to
 * over a channel (fork), one that a shell starts (exec), and one that is ended by a signal. The worker is a thread of the parent's.
 */
'use strict';
const { exec, fork, spawn } = require('node:child_process');
const { Worker } = require('node:worker_threads');

function ended(child) {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
}

async function parent() {
  const said = [];
  said.push(`spawn ${await ended(spawn('sh', ['-c', 'exit 3']))}`); // starts sh
  const child = fork(__filename, ['child']); // starts another Node
  child.once('message', (text) => said.push(text));
  said.push(`fork ${await ended(child)}`);
  said.push(`exec ${await ended(exec('true'))}`); // starts a shell
  const sleeper = spawn('sleep', ['60']); // starts what will be ended
  sleeper.kill('SIGTERM');
  said.push(`kill ${await ended(sleeper)}`);
  said.push(`worker ${await ended(new Worker(__filename, { argv: ['worker'] }))}`); // starts a thread
  console.log(said.join('\n'));
}

if (process.argv[2] === 'child') process.send('hello from the child', () => process.disconnect());
else if (process.argv[2] !== 'worker') parent();
