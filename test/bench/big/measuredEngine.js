/** The engine's worker as it is shipped, which also says what memory it holds when it is asked on a channel of the bench's own. */
// @ts-check
const { BroadcastChannel } = require('node:worker_threads');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));
const channel = new BroadcastChannel('forkscope-bench');

/** @returns {void} */
channel.onmessage = (/** @type {{ data: { ask?: string } }} */ { data }) => {
  if (data.ask !== 'memory') return;
  collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  channel.postMessage({ memory: { heapUsed, external, arrayBuffers } });
};
// The port keeps the worker alive, as without the bench.
channel.unref();

require(process.env.FORKSCOPE_BENCH_ENGINE ?? '');
