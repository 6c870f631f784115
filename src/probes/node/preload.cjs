/**
 * What NODE_OPTIONS names: loads the recorder into every Node of a traced run, and into nothing else. Any version may come by, so this
 * file is written in the oldest JavaScript; whatever goes wrong, the program starts as it would without us.
 *
 * The variable in the environment outlives the run it was made for (a daemon's children, a copied environment), so it counts
 * only while the supervisor that wrote the lease is alive. Nothing else is loaded before that is known.
 */
/* eslint-disable */
'use strict';
(function () {
  try {
    var folder = process.env.FORKSCOPE_RUN;
    if (process.platform !== 'linux' || !folder || folder[0] !== '/' || !(parseInt(process.versions.node, 10) >= 16)) return;
    var fs = require('fs');
    var lease = fs.readFileSync(folder + '/lease', 'latin1').trim().split(' ');
    var stat = fs.readFileSync('/proc/' + Number(lease[0]) + '/stat', 'latin1');
    // proc_pid_stat(5): the name in parentheses may hold anything; the start time is field 22.
    if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] !== lease[1]) return;
    var recorder = __dirname + '/recorder.cjs';
    require(recorder).start(folder);
    delete require.cache[recorder];
  } catch (error) {
    // Nobody is told: the program has nothing to do with it.
  }
  try {
    delete require.cache[__filename];
  } catch (error) {}
})();
