"""os.read, os.write and os.close: descriptors used by number, which are mostly files that the log says nothing of.

One wrapper for all that a descriptor may lead to: for a file it pays a look into `leads` (see _channels); a call on a
pipe or a socket is one record that is completed in place, written out as the frequent ones in _transfers are.
"""
import os
import sys
from _struct import Struct
from itertools import cycle
from time import monotonic_ns

from ._arena import local, new_place, pack_end, refill
from ._channels import SOCKET, leads, look
from ._descriptors import known as sockets, write_close
from ._guest import failure_of, guarded, guarded_failure, is_our_fault, turn_off, unobserved, wrap_function
from ._schema import (
    CHANNEL_READ, CHANNEL_READ_RECORD, CHANNEL_WRITE, FLAG_BEGIN, FLAG_IN_PLACE, RECEIVE, RECEIVE_RECORD, SEND,
)
from ._sites import is_certain, place_of

# Records that are completed in place: at first time, (inode), site, descriptor, flags and kind as one word. Reading and
# writing have the same layout. (Numbers below: a name would be looked up in every call.)
_pack_channel = Struct(CHANNEL_READ_RECORD.format[:-2].replace("QQQiII", "Q8xQ4xII") + "I").pack_into
_pack_socket = Struct(RECEIVE_RECORD.format[:-2].replace("QQiII", "Q12xII") + "I").pack_into
# Then a channel's end, from byte 8 on, and its result, from byte 24 on; then flags, byte 60.
_pack_time = Struct("<Q").pack_into
_pack_result = Struct("<i").pack_into

_frame = sys._getframe
_none = object()
# The calling instruction of last time, its site, and the last word of a channel's record, of a socket's, the flags at the end.
_NOT_SEEN = (None, 0, 0, 0, 0, 0)
# What a descriptor leads to is looked at again at every 256th call.
_is_due = cycle((False,) * 255 + (True,))


def install():
    wrap_function(os, "read", lambda original: _transferring(original, CHANNEL_READ, RECEIVE, True))
    wrap_function(os, "readv", lambda original: _transferring(original, CHANNEL_READ, RECEIVE, False))
    for name in ("write", "writev"):
        wrap_function(os, name, lambda original: _transferring(original, CHANNEL_WRITE, SEND, False))
    wrap_function(os, "close", closing)


def _transferring(original, channel_kind, socket_kind, returns_bytes):
    seen = _NOT_SEEN
    known = leads.get

    def transfer(fd=_none, given=_none, /, *rest):
        nonlocal seen
        try:
            inode = known(fd)
            if inode is None or fd in sockets or next(_is_due):
                inode = look(fd)
            if inode:
                frame = _frame(1)
                code, instruction, site, channel_word, socket_word, done = seen
                if frame.f_code is not code or frame.f_lasti != instruction:
                    place = _place(frame, channel_kind << 16, socket_kind << 16)
                    code, instruction, site, channel_word, socket_word, done = place
                    if is_certain(frame):
                        seen = place
                try:
                    memory, slots = local.place
                except AttributeError:
                    memory, slots = new_place()
                offset = next(slots, 0)
                if not offset:
                    memory, offset = refill()
                if inode != SOCKET:
                    _pack_channel(memory, offset, monotonic_ns(), inode, site, fd, channel_word)
                else:
                    _pack_socket(memory, offset, monotonic_ns(), site, fd, socket_word)
        except BaseException as error:
            ours = error
        else:
            try:
                if given is _none or rest:
                    result = original(*_given(fd, given), *rest)
                else:
                    result = original(fd, given)
            except BaseException as error:
                failure = failure_of(error)
                if inode:
                    guarded_failure(error, _finish, memory, offset, inode, fd, failure, done)
                raise
            if not inode:
                return result
            try:
                count = len(result) if returns_bytes else result
                if not count:
                    leads.pop(fd, None)
                if inode != SOCKET:
                    _pack_time(memory, offset + 8, monotonic_ns())
                    _pack_result(memory, offset + 24, count)
                else:
                    pack_end(memory, offset + 8, monotonic_ns(), count)
                memory[offset + 60] = done
            except BaseException as error:
                ours = error
            else:
                return result
            if not is_our_fault(ours):
                raise ours
            turn_off(ours)
            return result
        if type(fd) is int or not is_our_fault(ours):
            return unobserved(ours, original, (*_given(fd, given), *rest), {})
        ours = None  # It and this frame keep each other.
        return _plainly(original, *_given(fd, given), *rest)  # No number at all, as the call itself will say.

    return transfer


def _place(frame, channel_kind, socket_kind):
    site, flags = place_of(frame)
    done = FLAG_IN_PLACE | flags
    begin = done | FLAG_BEGIN
    return frame.f_code, frame.f_lasti, site, channel_kind | begin, socket_kind | begin, done


def _finish(memory, offset, inode, descriptor, result, done):
    """What a call that failed or read nothing leads to is soon closed, maybe by an object that owns it."""
    leads.pop(descriptor, None)
    if inode != SOCKET:
        _pack_time(memory, offset + 8, monotonic_ns())
        _pack_result(memory, offset + 24, result)
    else:
        pack_end(memory, offset + 8, monotonic_ns(), result)
    memory[offset + 60] = done


def _given(*arguments):
    return tuple(argument for argument in arguments if argument is not _none)


def _plainly(original, *arguments):
    try:
        return original(*arguments)
    except BaseException as error:
        failure_of(error)
        raise


def closing(original):
    """os.close, socket.close."""
    forget = leads.pop

    def close(fd=_none, *rest):
        try:
            if fd in sockets:
                guarded(write_close, fd)
            forget(fd, None)
        except TypeError as error:
            if not is_our_fault(error):
                raise
        try:
            if fd is _none or rest:
                return original(*_given(fd), *rest)
            return original(fd)
        except BaseException as error:
            failure_of(error)
            raise

    return close
