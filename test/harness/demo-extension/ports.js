/**
 * Which port does the sample server listen on? It prints it, but its output belongs to whoever traces it; so the
 * system is asked, as a stranger would.
 */
// @ts-check
const { execFileSync } = require('node:child_process');
const { readdirSync, readFileSync, readlinkSync } = require('node:fs');

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
  const owners = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name).includes(program));
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

/** @param {string} pid */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
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
