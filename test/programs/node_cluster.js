/**
 * Two worker processes of Node's cluster behind one port: the primary process accepts and hands each connection to a worker in turn.
 *
 * Watch: the listener is the primary's. A connection's lane begins at the primary and goes on at the worker that takes it, with an arrow
 * between them; each of two clients is served by another worker.
 */
'use strict';
const cluster = require('node:cluster');
const net = require('node:net');

const workers = 2;

function primary() {
  let left = workers;
  for (let count = 0; count < workers; count++) cluster.fork(); // starts a worker
  cluster.on('listening', (worker, address) => {
    if (--left === 0) console.log(`listening on 127.0.0.1:${address.port}`);
  });
  cluster.on('exit', (worker, code) => {
    if (++left === workers) console.log(`${workers} workers have ended`);
  });
}

function worker() {
  const server = net.createServer((socket) => {
    socket.on('data', (data) => socket.write(`${String(data).trim()} from a worker\n`)); // answers
    socket.on('close', () => {
      server.close();
      cluster.worker.disconnect();
    });
  });
  server.listen(0, '127.0.0.1');
}

if (cluster.isPrimary) primary();
else worker();
