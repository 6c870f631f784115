/** An echo server that says at its end what each request cost it: processor time in µs, after so many to warm up. */
'use strict';
const net = require('node:net');

const [warm, measured] = process.argv.slice(2).map(Number);
let served = 0;
let before;

const server = net.createServer((socket) => {
  socket.on('data', (data) => {
    socket.write(data);
    served += 1;
    if (served === warm) before = process.cpuUsage();
    else if (served === warm + measured) {
      const { user, system } = process.cpuUsage(before);
      console.log(`cost ${(user + system) / measured}`);
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
