"""Channels: pipes and FIFOs, that processes and threads talk through. (Pairs of sockets are told of in _passing.)

What a descriptor leads to can change without our hearing of it: files are closed by C code. A descriptor that was found
to be something else is remembered as that until os.close, os.dup2 and the like, and looked at again at every 256th call: that
can hide so many calls on a channel. One that leads to a channel is looked at at every call, which can't tell anything wrong,
but for the ends of a pipe that os.pipe made in this process: they are remembered like files, until a call fails or reads
nothing too. An end that the program itself gave to a file object and uses by number nevertheless can be told wrong, where
the object closes it and open() takes the number: for at most 256 calls by that number. (subprocess's objects are known.)
"""
import os
import sys
from time import monotonic_ns

from . import _arena
from ._arena import write
from ._descriptors import forget, known as sockets
from ._guest import observe, wrap_function
from ._hints import hints_now
from ._schema import (
    CHANNEL, CHANNEL_END_READING, CHANNEL_END_WRITING, CHANNEL_GIVEN, CHANNEL_GIVEN_RECORD, CHANNEL_RECORD,
    CHANNEL_WAIT, CHANNEL_WAIT_RECORD, CHANNEL_WAY_FOUND_FIFO, CHANNEL_WAY_FOUND_PIPE, CHANNEL_WAY_PIPE, FLAG_BEGIN, FLAG_DEBUGGER,
)
from ._sites import here

_NONE = 0xFFFFFFFF
_REMEMBERED = 16384

_fstat = os.fstat
# stat.S_IFMT, S_IFIFO, S_IFSOCK
_TYPE, _FIFO, _SOCKET_FILE = 0o170000, 0o010000, 0o140000
# In an inode's place: the descriptor leads to a socket that the log knows.
SOCKET = -1
# Descriptor → 0 where it leads to nothing of interest, or the inode of a pipe that os.pipe made here. Others are not in it.
leads = {}
# Descriptor → inode of pipes as os.pipe made them here, whatever became of them.
_made = {}
# Inodes of subprocess's own pipes.
_internal = set()
# Inodes of channels that this process or an ancestor has told of.
_told = set()


def install():
    wrap_function(os, "pipe", _making_pipe)
    wrap_function(os, "pipe2", _making_pipe)
    wrap_function(os, "closerange", _closing_many)
    wrap_function(os, "dup", _duplicating)
    wrap_function(os, "dup2", _duplicating)


# ── what a descriptor leads to ────────────────────────────────────────────────────────────────────────────────


def look(descriptor):
    """What a descriptor leads to now: a pipe's or FIFO's inode, SOCKET, or 0 for something else; tells of a new channel."""
    if not isinstance(descriptor, int):
        return 0
    if descriptor in leads:
        leads.clear()  # It was to be looked at again, and so are the others.
    try:
        status = _fstat(descriptor)
    except (OSError, OverflowError):
        return 0
    kind = status[0] & _TYPE
    if kind == _FIFO:
        inode = status[1]
        if descriptor in sockets:
            forget(descriptor)
        if inode in _internal:
            inode = 0
        elif inode not in _told:
            _tell_found(descriptor, inode)
        elif _made.get(descriptor) != inode:
            return inode
        leads[descriptor] = inode
        return inode
    if descriptor in sockets:
        if kind == _SOCKET_FILE:
            return SOCKET
        forget(descriptor)  # It was closed behind our back.
    leads[descriptor] = 0
    return 0


def inode_of(descriptor):
    """The inode of the pipe or FIFO that a descriptor leads to, 0 where it leads to none; tells of a new one."""
    return max(0, look(descriptor))


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
        if here()[1] & FLAG_DEBUGGER:
            return True
        # Popen's own: through it a child says that exec failed.
        return caller.f_code.co_name == "_execute_child" and caller.f_globals.get("__name__") == "subprocess"

    def after(internal, result, failure):
        if failure is not None:
            return
        reading, writing = result
        inode = _fstat(reading).st_ino
        if internal:
            if len(_internal) >= _REMEMBERED:
                _internal.clear()
            _internal.add(inode)
            leads[reading] = leads[writing] = 0
            return
        _internal.discard(inode)
        leads[reading] = leads[writing] = _made[reading] = _made[writing] = inode
        _tell(inode, reading, writing, CHANNEL_WAY_PIPE)

    return observe(original, before, after)


def _nothing(*arguments, **keywords):
    pass


def _closing_many(original):
    return observe(original, _nothing, lambda state, result, failure: leads.clear())


def _duplicating(original):
    def after(state, result, failure):
        if failure is None:
            leads.pop(result, None)

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
    _made.pop(descriptor, None)  # The object will close it without our hearing of it.
    leads.pop(descriptor, None)
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


def waiting(descriptor_of, how, is_timed):
    """A call that waits for what travels on a channel: before and after for `observe`. how: see channelEnds."""

    def before(*arguments, **keywords):
        inode = inode_of(descriptor_of(*arguments, **keywords))
        site, flags = here()
        begin = monotonic_ns()
        if inode:
            hints = hints_now(is_timed(*arguments, **keywords))
            write(
                CHANNEL_WAIT_RECORD.pack_into, begin, 0, inode, 0, site, how, hints, flags | FLAG_BEGIN, CHANNEL_WAIT,
            )
        return begin, inode, site, flags

    def after(state, result, failure):
        begin, inode, site, flags = state
        if inode:
            number = 1 if failure is None else failure
            write(CHANNEL_WAIT_RECORD.pack_into, begin, monotonic_ns(), inode, number, site, how, 0, flags, CHANNEL_WAIT)

    return lambda original: observe(original, before, after)
