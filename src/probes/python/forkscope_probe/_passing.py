"""Sockets' descriptors beyond their objects: copied, paired, inherited, sent to other processes, and used by number.

Reading, writing and closing by number is in _by_number.
"""
import os
from _struct import Struct, error as StructError
from time import monotonic_ns

from . import _addresses
from ._arena import current_writer, write
from ._by_number import closing
from ._descriptors import inode_of, known, leads_to_socket, tell, told, write_close
from ._guest import failure_of, guarded, observe, wrap_function
from ._schema import (
    DUPLICATE, DUPLICATE_RECORD, SOCKET_PAIR, SOCKET_PAIR_RECORD,
)
from ._sites import here

_CREDENTIALS = Struct("iII")  # unix(7), struct ucred: pid, uid, gid
_DESCRIPTOR = Struct("i")

_socket = _type_of = None


def patch(module):
    global _socket, _type_of
    _socket = module
    _type_of = module.SocketType.type.__get__  # As a plain number, which socket.type makes an enumeration's member of.
    wrap_function(module, "socketpair", _pairing)
    wrap_function(module, "dup", _copying)
    wrap_function(module, "close", closing)
    for name, make in _OS_WRAPPERS.items():
        wrap_function(os, name, make)


def patch_fcntl(module):
    copies = {getattr(module, name, None) for name in ("F_DUPFD", "F_DUPFD_CLOEXEC")}

    def make(original):
        def before(fd, cmd, *argument):
            return fd if isinstance(fd, int) or cmd not in copies else fd.fileno(), cmd

        def after(state, result, failure):
            descriptor, cmd = state
            if cmd in copies and failure is None and descriptor in known:
                _write_copy(descriptor, result)

        return observe(original, before, after)

    wrap_function(module, "fcntl", make)


# ── telling ───────────────────────────────────────────────────────────────────────────────────────────────────


def is_datagram(sock):
    return _type_of(sock) & 0xF == _socket.SOCK_DGRAM


def tell_socket(sock):
    """Say which socket it is, with its address and, of a Unix one, the process at the other end."""
    family = sock.family
    try:
        address = _addresses.pack(family, _addresses.name_of(sock))
    except OSError:
        address = _addresses.pack(0, None)
    descriptor = sock.fileno()
    tell(descriptor, family, _type_of(sock) & 0xFFFF, address, _peer_process(sock) if _addresses.is_unix(sock) else 0)
    told.add(descriptor)


def tell_datagram(sock, descriptor):
    """Before a datagram socket's first call: its type is in no other record. True where that was not told before."""
    if descriptor in told or not is_datagram(sock):
        return False
    tell_socket(sock)
    return True


def _peer_process(sock):
    try:
        return max(0, _CREDENTIALS.unpack(_addresses.option_of(sock, _socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS.size))[0])
    except (OSError, AttributeError, StructError):
        return 0


# ── copies and pairs ──────────────────────────────────────────────────────────────────────────────────────────


def _write_copy(source, target):
    site, flags = here()
    write(DUPLICATE_RECORD.pack_into, monotonic_ns(), source, target, site, flags, DUPLICATE)
    known.add(target)
    told.discard(target)
    if source in told:
        told.add(target)


def _copying(original):
    """socket.dup, os.dup: socket.socket.dup, fromfd and multiprocessing come by here."""

    def dup(*arguments):
        try:
            copy = original(*arguments)
        except BaseException as error:
            failure_of(error)
            raise
        if arguments[0] in known:
            guarded(_write_copy, arguments[0], copy)
        return copy

    return dup


def _copying_to(original):
    def before(fd, fd2, inheritable=True):
        if fd != fd2 and fd2 in known and fd not in known:
            write_close(fd2)
        return fd, fd2, inheritable

    def after(state, result, failure):
        source, target, inheritable = state
        if failure is None and source != target and leads_to_socket(source):
            _write_copy(source, target)
            if inheritable:
                tell(target)

    return observe(original, before, after)


def _inheriting(original):
    def after(state, result, failure):
        descriptor, inheritable = state
        if inheritable and failure is None and descriptor in known:
            tell(descriptor)

    return observe(original, lambda fd, inheritable: (fd, inheritable), after)


def _pairing(original):
    def before(*arguments, **keywords):
        writer = current_writer()
        writer.quiet += 1  # The objects are made from descriptors; we say ourselves what they are.
        return writer, here()

    def after(state, result, failure):
        writer, (site, flags) = state
        writer.quiet -= 1
        if failure is not None:
            return
        left, right = result
        numbers = left.fileno(), right.fileno()
        write(
            SOCKET_PAIR_RECORD.pack_into, monotonic_ns(), *map(inode_of, numbers), site, *numbers, left.family,
            _type_of(left) & 0xFFFF, flags, SOCKET_PAIR,
        )
        told.update(numbers)

    return observe(original, before, after)


# ── SCM_RIGHTS ────────────────────────────────────────────────────────────────────────────────────────────────


def passed(ancillary):
    """The descriptors among ancillary data of sendmsg or recvmsg; an iterator is the program's own to go through."""
    numbers = []
    for level, kind, data in ancillary if isinstance(ancillary, (list, tuple)) else ():
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
            view = memoryview(data).cast("B")
            whole = len(view) - len(view) % _DESCRIPTOR.size
            numbers += (number for number, in _DESCRIPTOR.iter_unpack(view[:whole]))
    return numbers


def tell_passed(ancillary):
    for descriptor in passed(ancillary):
        told.discard(descriptor)
        tell(descriptor)


# ── many closed at once ──────────────────────────────────────────────────────────────────────────────────────────────


def _closing_range(original):
    def before(fd_low, fd_high):
        for descriptor in sorted(known):
            if fd_low <= descriptor < fd_high:
                write_close(descriptor)

    return observe(original, before, lambda state, result, failure: None)


_OS_WRAPPERS = {
    "closerange": _closing_range,
    "dup": _copying,
    "dup2": _copying_to,
    "set_inheritable": _inheriting,
}
