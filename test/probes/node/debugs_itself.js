/** A program that a debugger stops twice: its own second thread has the inspector's session, and lets the first one stand for a quarter of a second. */
'use strict';
const { isMainThread, Worker } = require('node:worker_threads');

const stopMs = 250;

function handler(text) {
  return text.toUpperCase(); // stops here
}

function main() {
  const worker = new Worker(__filename);
  worker.once('message', () => {
    console.log(handler('answered'));
    debugger; // and here
    worker.terminate();
  });
}

function debug() {
  const { readFileSync } = require('node:fs');
  const { Session } = require('node:inspector');
  const { parentPort } = require('node:worker_threads');
  const session = new Session();
  parentPort.on('message', () => undefined); // Lives until it is ended.
  session.connectToMainThread();
  const line = readFileSync(__filename, 'utf8').split('\n').findIndex((text) => text.includes('// stops'));
  session.on('Debugger.paused', () => setTimeout(() => session.post('Debugger.resume'), stopMs));
  session.post('Debugger.enable');
  session.post('Debugger.setBreakpointByUrl', { urlRegex: 'debugs_itself\\.js$', lineNumber: line }, (error, result) => {
    parentPort.postMessage(error ?? result);
  });
}

if (process.argv[2] === 'alone') console.log(handler('answered'));
else if (isMainThread) main();
else debug();
