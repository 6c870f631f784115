/** Prints what a program can see of its surroundings, serves itself, and ends by an error that a listener for data throws. */
'use strict';
const { EventEmitter } = require('node:events');
const net = require('node:net');

function look(name, object, key) {
  const method = object[key];
  console.log(name, key, typeof method, method.name, method.length, Object.keys(object).includes(key));
}

look('Socket', net.Socket.prototype, '_unrefTimer');
look('Server', net.Server.prototype, 'listen');
look('Server', net.Server.prototype, '_listen2');
console.log(String(net.Server.prototype.listen).split('\n')[0]);
console.log(Object.keys(net.Server.prototype).join(), Object.keys(net.Socket.prototype).join());
console.log(Object.keys(process).includes('emit'), process.emit === EventEmitter.prototype.emit, process.execArgv.length, process.argv.length);
console.log(['exit', 'beforeExit', 'uncaughtException', 'warning'].map((event) => process.listenerCount(event)).join());
console.log(Object.keys(require.cache).length, module.children.length, Error.stackTraceLimit, 'prepareStackTrace' in Error, Object.keys(globalThis).length);
try {
  net.createServer().listen(-1);
} catch (error) {
  console.log(error.stack.replace(/node:[^)\s]*/g, 'node'));
}

process.on('uncaughtException', (error) => {
  console.error(error.stack.replace(/node:[^)\s]*/g, 'node'));
  process.exit(7);
});

const server = net.createServer((socket) => {
  console.log(new Error('in a listener for connections').stack.replace(/node:[^)\s]*/g, 'node'));
  console.log(Object.keys(socket).length, Reflect.ownKeys(socket).length, socket.listenerCount('data'), socket.listenerCount('end'), socket.eventNames().length);
  socket.on('data', () => {
    throw new Error('thrown in a listener');
  });
});
server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1', () => client.write('hello'));
  console.log(Reflect.ownKeys(server._handle).length, Reflect.ownKeys(server).length);
});
