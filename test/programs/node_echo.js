/**
 * An echo server on Node's net: one thread and its event loop for all clients.
 *
 * Watch: one thread owns both connections. While neither client says anything the loop sleeps in its poll, and both lanes are idle. A client that says
 * "slow" makes its callback compute for a third of a second: so long the loop is blocked, and the other client's word waits too.
 */
'use strict';
const net = require('node:net');

const connections = Number(process.argv[2] ?? 2);
let served = 0;

function compute(milliseconds) {
  const until = process.hrtime.bigint() + BigInt(milliseconds) * 1000000n;
  while (process.hrtime.bigint() < until);
}

function onData(data) {
  if (data.includes('slow')) compute(300);
  this.write(data); // answers
}

function onEnd() {
  this.end();
  served += 1;
  if (served === connections) server.close(() => console.log(`served ${served} connections`));
}

const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', onData);
  socket.on('end', onEnd);
});
server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`)); // listens
