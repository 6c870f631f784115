/**
 * An echo server that computes in a worker thread: the event loop stays free for its other clients.
 *
 * Watch: two threads, each with a loop of its own. A client's connection belongs to the main thread, whose loop sleeps while the worker computes, so a
 * client that says "quick" is answered at once. In a debugger a breakpoint in the worker stops the worker alone.
 */
'use strict';
const net = require('node:net');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const connections = Number(process.argv[2] ?? 2);

function compute(text) {
  const until = process.hrtime.bigint() + 100_000_000n;
  while (process.hrtime.bigint() < until); // computes
  return text.toUpperCase(); // in the worker
}

function serve() {
  const worker = new Worker(__filename); // starts the worker
  const asking = [];
  let served = 0;
  worker.on('message', (answer) => asking.shift().write(answer)); // answers
  const server = net.createServer((socket) => {
    socket.on('data', (data) => {
      if (data.includes('quick')) return socket.write(data);
      asking.push(socket);
      worker.postMessage(String(data));
    });
    socket.on('close', () => {
      served += 1;
      if (served < connections) return;
      server.close(() => console.log(`served ${served} connections`));
      worker.terminate();
    });
  });
  worker.once('online', () => server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`)));
}

if (isMainThread) serve();
else parentPort.on('message', (text) => parentPort.postMessage(compute(text)));
