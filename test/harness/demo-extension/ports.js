/**
 * Which port does the sample server listen on? It prints it, but its output belongs to whoever traces it; so the
 * system is asked, as a stranger would. The same sample may run elsewhere on this machine at the same time, so only
 * a process of this window counts: one with the run's marker in its environment or, where there is no marker, one
 * that was not there before.
 */
// @ts-check
const { execFileSync } = require('node:child_process');
const { readdirSync, readFileSync, readlinkSync } = require('node:fs');

const MARKER = process.env.FORKSCOPE_TEST_RUN;
/** Processes that ran before this window could have started them. */
const before = new Set(process.platform === 'linux' ? processIds() : []);

/**
 * The port of a process that runs `program`, or undefined while there is none.
 * @param {string} program The full path, as it stands in the command line.
 * @returns {number | undefined}
 */
function listeningPort(program) {
  try {
    return process.platform === 'linux' ? fromProc(program) : fromLsof(program);
  } catch {
    return undefined;
  }
}

/** @param {string} program */
function fromProc(program) {
  const owners = processIds().filter((pid) => !before.has(pid) && nullSeparated(pid, 'cmdline').includes(program) && isOurs(pid));
  const sockets = new Set(owners.flatMap(socketInodes));
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    // Fields: 1 local address:port in hex, 3 state (0A is LISTEN), 9 inode.
    if (fields[3] === '0A' && sockets.has(fields[9] ?? '')) {
      return parseInt((fields[1] ?? '').split(':')[1] ?? '', 16);
    }
  }
  return undefined;
}

function processIds() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

/** @param {string} pid */
function isOurs(pid) {
  return MARKER === undefined || nullSeparated(pid, 'environ').includes(`FORKSCOPE_TEST_RUN=${MARKER}`);
}

/**
 * @param {string} pid
 * @param {'cmdline' | 'environ'} file
 */
function nullSeparated(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return []; // It ended, or is another user's.
  }
}

/** @param {string} pid */
function socketInodes(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** @param {string} program */
function fromLsof(program) {
  const pids = execFileSync('pgrep', ['-f', program], { encoding: 'utf8' }).trim().split('\n');
  const listing = execFileSync('lsof', ['-a', '-nP', '-iTCP', '-sTCP:LISTEN', '-Fn', '-p', pids.join(',')], { encoding: 'utf8' });
  const port = /:(\d+)$/m.exec(listing)?.[1];
  return port === undefined ? undefined : Number(port);
}

module.exports = { listeningPort };
