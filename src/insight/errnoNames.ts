/** Names of errno, as Linux numbers them for nearly all of its machines (asm-generic/errno.h): those of calls on sockets. */

const names: Readonly<Record<number, string>> = {
  1: 'EPERM', 2: 'ENOENT', 4: 'EINTR', 5: 'EIO', 9: 'EBADF', 11: 'EAGAIN', 12: 'ENOMEM', 13: 'EACCES', 14: 'EFAULT', 16: 'EBUSY',
  17: 'EEXIST', 20: 'ENOTDIR', 21: 'EISDIR', 22: 'EINVAL', 23: 'ENFILE', 24: 'EMFILE', 28: 'ENOSPC', 32: 'EPIPE', 36: 'ENAMETOOLONG',
  71: 'EPROTO', 88: 'ENOTSOCK', 89: 'EDESTADDRREQ', 90: 'EMSGSIZE', 91: 'EPROTOTYPE', 92: 'ENOPROTOOPT', 93: 'EPROTONOSUPPORT',
  95: 'EOPNOTSUPP', 97: 'EAFNOSUPPORT', 98: 'EADDRINUSE', 99: 'EADDRNOTAVAIL', 100: 'ENETDOWN', 101: 'ENETUNREACH', 103: 'ECONNABORTED',
  104: 'ECONNRESET', 105: 'ENOBUFS', 106: 'EISCONN', 107: 'ENOTCONN', 110: 'ETIMEDOUT', 111: 'ECONNREFUSED', 112: 'EHOSTDOWN',
  113: 'EHOSTUNREACH', 114: 'EALREADY', 115: 'EINPROGRESS',
};

/** `ECONNREFUSED`, `errno 200`; null where the call did not fail. */
export function errnoName(result: number): string | null {
  return result >= 0 ? null : (names[-result] ?? `errno ${String(-result)}`);
}

/** EAGAIN, EALREADY and EINPROGRESS are no failures: there is nothing yet, and the program asks again. */
const notYet = new Set([-11, -114, -115]);

export function isFailure(result: number): boolean {
  return result < 0 && !notYet.has(result);
}
