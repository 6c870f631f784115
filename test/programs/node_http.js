/**
 * An HTTP server on Node, one of whose handlers computes.
 *
 * Watch: while the handler of /slow computes, the loop is blocked: the thread runs and does not sleep, and a request that came meanwhile is answered
 * only afterwards. What waits with a timer (/later) blocks nobody. The sends stand at the lines that answer.
 */
'use strict';
const http = require('node:http');

const requests = Number(process.argv[2] ?? 3);
let answered = 0;

function compute(milliseconds) {
  const until = process.hrtime.bigint() + BigInt(milliseconds) * 1000000n;
  while (process.hrtime.bigint() < until);
}

function answer(request, response) {
  if (request.url === '/slow') compute(300);
  if (request.url === '/later') setTimeout(() => end(response, 'later'), 200);
  else end(response, request.url);
}

function end(response, text) {
  response.end(`${text}\n`); // answers
  answered += 1;
  if (answered === requests) server.close(() => console.log(`answered ${answered} requests`));
}

const server = http.createServer(answer);
server.keepAliveTimeout = 1;
server.listen(0, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${server.address().port}`));
