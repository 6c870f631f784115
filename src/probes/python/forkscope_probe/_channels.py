"""Channels: pipes and FIFOs, that processes and threads talk through. (Pairs of sockets are told of in _passing.)

What a descriptor leads to can change without our hearing of it: files are closed by C code. So a descriptor that was
found to be something else (a file, a socket) is remembered as that until os.close, which can at worst hide a channel, and one
that leads to a channel is looked at again at every call, which can't tell anything wrong.
"""
import os
import stat
import sys
from time import monotonic_ns

from . import _arena
from ._arena import write
from ._guest import failure_of, is_our_fault, observe, wrap_function
from ._schema import (
    CHANNEL, CHANNEL_END_READING, CHANNEL_END_WRITING, CHANNEL_GIVEN, CHANNEL_GIVEN_RECORD, CHANNEL_READ,
    CHANNEL_READ_RECORD, CHANNEL_RECORD, CHANNEL_WAIT, CHANNEL_WAIT_RECORD, CHANNEL_WAY_FOUND_FIFO,
    CHANNEL_WAY_FOUND_PIPE, CHANNEL_WAY_PIPE, CHANNEL_WRITE, CHANNEL_WRITE_RECORD, FLAG_BEGIN,
)
from ._sites import here

_NONE = 0xFFFFFFFF
_LARGEST = 0x7FFFFFFF  # A result is an i32.
_REMEMBERED = 16384

_fstat = os.fstat
# Descriptor → 0 where it leads to no channel, else the channel's inode as it was last seen.
_known = {}
# Inodes of channels that this process or an ancestor has told of.
_told = set()


def install():
    wrap_function(os, "read", lambda original: _transferring(original, CHANNEL_READ_RECORD.pack_into, CHANNEL_READ, len))
    wrap_function(os, "write", lambda original: _transferring(original, CHANNEL_WRITE_RECORD.pack_into, CHANNEL_WRITE, int))
    wrap_function(os, "pipe", _making_pipe)
    wrap_function(os, "pipe2", _making_pipe)
    wrap_function(os, "close", _closing)
    wrap_function(os, "closerange", _closing_many)
    wrap_function(os, "dup", _duplicating)
    wrap_function(os, "dup2", _duplicating)


# ── what a descriptor leads to ────────────────────────────────────────────────────────────────────────────────


def inode_of(descriptor):
    """The inode of the pipe or FIFO that a descriptor leads to, 0 where it leads to none; tells of a new one."""
    if type(descriptor) is not int:
        return 0
    try:
        status = _fstat(descriptor)
    except (OSError, OverflowError):
        _known.pop(descriptor, None)
        return 0
    inode = status.st_ino if stat.S_ISFIFO(status.st_mode) else 0
    if inode and inode not in _told:
        _tell_found(descriptor, inode)
    _known[descriptor] = inode
    return inode


def _tell_found(descriptor, inode):
    try:
        named = not os.readlink("/proc/self/fd/%d" % descriptor).startswith("pipe:")
    except OSError:
        named = False
    _tell(inode, _NONE, _NONE, CHANNEL_WAY_FOUND_FIFO if named else CHANNEL_WAY_FOUND_PIPE)


def _tell(inode, reading, writing, how):
    if len(_told) >= _REMEMBERED:
        _told.clear()  # Telling twice does no harm.
    _told.add(inode)
    write(CHANNEL_RECORD.pack_into, monotonic_ns(), inode, reading, writing, how, 0, CHANNEL)


def _making_pipe(original):
    def before(*arguments):
        caller = sys._getframe(2)
        # Popen's own: through it a child says that exec failed.
        return caller.f_code.co_name == "_execute_child" and caller.f_globals.get("__name__") == "subprocess"

    def after(internal, result, failure):
        if failure is not None:
            return
        reading, writing = result
        if internal:
            _known[reading] = _known[writing] = 0
            return
        inode = _known[reading] = _known[writing] = _fstat(reading).st_ino
        _tell(inode, reading, writing, CHANNEL_WAY_PIPE)

    return observe(original, before, after)


def _nothing(*arguments, **keywords):
    pass


def _closing(original):
    def close(*arguments, **keywords):
        descriptor = arguments[0] if arguments else keywords.get("fd")
        if type(descriptor) is int:
            _known.pop(descriptor, None)
        try:
            return original(*arguments, **keywords)
        except BaseException as error:
            failure_of(error)
            raise

    return close


def _closing_many(original):
    return observe(original, _nothing, lambda state, result, failure: _known.clear())


def _duplicating(original):
    def after(state, result, failure):
        if failure is None:
            _known.pop(result, None)

    return observe(original, _nothing, after)


def give(descriptor, process, standard):
    """A program was started with an end of a channel as its standard input (0), output (1) or error (2)."""
    inode = inode_of(descriptor) if descriptor >= 0 else 0
    if inode:
        how = CHANNEL_END_WRITING if standard else CHANNEL_END_READING
        write(CHANNEL_GIVEN_RECORD.pack_into, monotonic_ns(), inode, process, standard, how, 0, CHANNEL_GIVEN)


def keep(descriptor):
    """This process keeps the other end, probably in a file object: its calls need not come by here."""
    inode = inode_of(descriptor) if descriptor >= 0 else 0
    writes = _is_for_writing(descriptor) if inode else None
    if writes is not None:
        how = CHANNEL_END_WRITING if writes else CHANNEL_END_READING
        write(
            CHANNEL_GIVEN_RECORD.pack_into, monotonic_ns(), inode, _arena.process.id, descriptor, how, 0, CHANNEL_GIVEN,
        )


def _is_for_writing(descriptor):
    """None for a descriptor that is for both, or where it can't be found out."""
    try:
        with open("/proc/self/fdinfo/%d" % descriptor, "rb") as file:
            facts = dict(line.split(b":", 1) for line in file if b":" in line)
        access = int(facts[b"flags"], 8) & 3
    except (OSError, KeyError, ValueError):
        return None
    return {os.O_RDONLY: False, os.O_WRONLY: True}.get(access)


# ── reading and writing ───────────────────────────────────────────────────────────────────────────────────────


def _transferring(original, pack_into, kind, size):
    def before(descriptor, *rest):
        inode = inode_of(descriptor)
        if not inode:
            return None
        site, flags = here()
        begin = monotonic_ns()
        write(pack_into, begin, 0, inode, 0, site, descriptor, flags | FLAG_BEGIN, kind)
        return begin, inode, site, descriptor, flags

    def after(state, result, failure):
        if state is not None:
            end = monotonic_ns()
            begin, inode, site, descriptor, flags = state
            number = min(size(result), _LARGEST) if failure is None else failure
            write(pack_into, begin, end, inode, number, site, descriptor, flags, kind)

    observed = observe(original, before, after)

    def transfer(*arguments):
        try:
            plain = _known[arguments[0]] == 0
        except (KeyError, IndexError, TypeError) as error:
            if not is_our_fault(error):
                raise
            plain = False  # A new descriptor, or arguments that the call will refuse.
        if not plain:
            return observed(*arguments)
        try:
            return original(*arguments)
        except BaseException as error:
            failure_of(error)
            raise

    return transfer


def waiting(descriptor_of):
    """A call that waits for what travels on a channel: before and after for `observe`."""

    def before(*arguments, **keywords):
        inode = inode_of(descriptor_of(*arguments, **keywords))
        site, flags = here()
        begin = monotonic_ns()
        if inode:
            write(CHANNEL_WAIT_RECORD.pack_into, begin, 0, inode, 0, site, flags | FLAG_BEGIN, CHANNEL_WAIT)
        return begin, inode, site, flags

    def after(state, result, failure):
        begin, inode, site, flags = state
        if inode:
            number = 1 if failure is None else failure
            write(CHANNEL_WAIT_RECORD.pack_into, begin, monotonic_ns(), inode, number, site, flags, CHANNEL_WAIT)

    return lambda original: observe(original, before, after)
