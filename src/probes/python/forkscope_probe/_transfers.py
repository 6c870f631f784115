"""The bytes of a connection: receive and send.

These calls are most of what a server does, so recv, recv_into, send and sendall are written out: one frame, a lookup
of the calling instruction, one record when the call begins, which is completed when it has returned. Whatever goes wrong in the
lines around the original call is ours and is dealt with outside of the except clause, so that no exception of the
program's ever gets one of ours as its context.
"""
import _socket
import os
import sys
from _struct import Struct, error as StructError
from time import monotonic_ns

from . import _addresses
from ._arena import local, new_place, pack_end, refill, write
from ._descriptors import leads_to_socket
from ._guest import (
    failure_of, guarded, guarded_failure, is_our_fault, observe, turn_off, unobserved, wrap_function, wrap_method,
)
from ._passing import is_datagram, tell_datagram, tell_passed, tell_socket
from ._schema import (
    FLAG_BEGIN, FLAG_IN_PLACE, RECEIVE, RECEIVE_FROM, RECEIVE_FROM_RECORD, RECEIVE_RECORD, SEND, SEND_RECORD, SEND_TO, SEND_TO_RECORD,
    SOCKET_WAIT, SOCKET_WAIT_PEEK, SOCKET_WAIT_RECORD,
)
from ._sites import LOOP, USER, here, is_passed, is_users, place_of, whose

_MASK = 0xFFFFFFFF
_LARGEST = 0x7FFFFFFF  # A result is an i32.

# Flags and kind are two halves of one little-endian word.
_RECEIVE_WORD = RECEIVE << 16
_SEND_WORD = SEND << 16
# A record that is completed in place: at first time, site, descriptor, flags and kind; then end
# and result, from byte 8 on; then flags, byte 60. (Numbers: a name would be looked up in every call.)
_pack_begin = Struct(RECEIVE_RECORD.format[:-2].replace("QQiII", "Q12xIi") + "I").pack_into
_pack_whole = Struct(RECEIVE_RECORD.format[:-2].replace("QQiII", "QQiIi") + "I").pack_into

_frame = sys._getframe
_descriptor = _socket.socket.fileno
_none = object()
# The calling instruction of last time, and what a record says of it.
_NOT_SEEN = (None, 0, 0, 0, 0)


def patch(module):
    global _not_received
    _not_received = module.MSG_PEEK | getattr(module, "MSG_ERRQUEUE", 0)
    patch_class(module.socket)
    wrap_function(os, "sendfile", _sending_file)


def patch_class(cls):
    wrap_method(cls, "recv", _receiving)
    wrap_method(cls, "recv_into", _receiving_into)
    wrap_method(cls, "send", _sending)
    wrap_method(cls, "sendall", _sending_all)
    for name, make in _MESSAGES.items():
        wrap_method(cls, name, make)


# ── the frequent ones ─────────────────────────────────────────────────────────────────────────────────────────
#
# `seen` is the calling instruction of last time and its site: in a server's loop it is nearly always the same. Each of
# these calls is one record, which is completed in place (protocol/events.ts): what is interpreted between two system calls
# is cold code, so that every instruction counts.


def _receiving(original):
    seen = _NOT_SEEN
    look_at = _looking(1, len)(original)

    def recv(self, size=_none, flags_of_call=_none, /):
        nonlocal seen
        if flags_of_call is not _none and _only_looks(flags_of_call):
            try:
                return look_at(self, size, flags_of_call)
            except BaseException as error:
                failure_of(error)
                raise
        try:
            frame = _frame(1)
            code, instruction, site, word, done = seen
            if frame.f_code is not code or frame.f_lasti != instruction:
                seen, site, word, done = _look(frame, seen, _RECEIVE_WORD, True)
            if done:
                try:
                    memory, slots = local.place
                except AttributeError:
                    memory, slots = new_place()
                offset = next(slots, 0)
                if not offset:
                    memory, offset = refill()
                _pack_begin(memory, offset, monotonic_ns(), site, _descriptor(self), word)
            else:
                descriptor, begin = _descriptor(self), monotonic_ns()
        except BaseException as error:
            ours = error
        else:
            try:
                if flags_of_call is not _none or size is _none:
                    data = original(*_given(self, size, flags_of_call))
                else:
                    data = original(self, size)
            except BaseException as error:
                if done:
                    guarded_failure(error, _finish, memory, offset, failure_of(error), done)
                else:
                    guarded_failure(error, _write_whole, begin, failure_of(error), site, descriptor, word)
                raise
            try:
                if done:
                    pack_end(memory, offset + 8, monotonic_ns(), len(data))
                    memory[offset + 60] = done
                else:
                    try:
                        memory, slots = local.place
                    except AttributeError:
                        memory, slots = new_place()
                    end = monotonic_ns()
                    offset = next(slots, 0)
                    if not offset:
                        memory, offset = refill()
                    _pack_whole(memory, offset, begin, end, len(data), site, descriptor, word)
            except BaseException as error:
                ours = error
            else:
                return data
            if done:
                _blame(ours, _finish, memory, offset, data, done)
            else:
                _blame(ours, _write_whole, begin, data, site, descriptor, word)
            return data
        return unobserved(ours, original, _given(self, size, flags_of_call), {})

    return recv


def _receiving_into(original):
    seen = _NOT_SEEN
    look_at = _looking(2, int)(original)

    def recv_into(self, *arguments, **keywords):
        nonlocal seen
        if (keywords or len(arguments) > 2) and _only_looks(_options(2, arguments, keywords)):
            try:
                return look_at(self, *arguments, **keywords)
            except BaseException as error:
                failure_of(error)
                raise
        try:
            frame = _frame(1)
            code, instruction, site, word, done = seen
            if frame.f_code is not code or frame.f_lasti != instruction:
                seen, site, word, done = _look(frame, seen, _RECEIVE_WORD)
            try:
                memory, slots = local.place
            except AttributeError:
                memory, slots = new_place()
            offset = next(slots, 0)
            if not offset:
                memory, offset = refill()
            _pack_begin(memory, offset, monotonic_ns(), site, _descriptor(self), word)
        except BaseException as error:
            ours = error
        else:
            try:
                count = original(self, *arguments, **keywords)
            except BaseException as error:
                guarded_failure(error, _finish, memory, offset, failure_of(error), done)
                raise
            try:
                pack_end(memory, offset + 8, monotonic_ns(), count)
                memory[offset + 60] = done
            except BaseException as error:
                ours = error
            else:
                return count
            _blame(ours, _finish, memory, offset, count, done)
            return count
        return unobserved(ours, original, (self, *arguments), keywords)

    return recv_into


def _sending(original):
    seen = _NOT_SEEN
    # An asyncio stream's two functions stand between the user's line and the call.
    inner = outer = None

    def send(self, data=_none, flags_of_call=_none, /):
        nonlocal seen, inner, outer
        try:
            frame = _frame(1)
            if frame.f_code is inner:
                frame = frame.f_back or frame
                if frame.f_code is outer:
                    frame = frame.f_back or frame
            code, instruction, site, word, done = seen
            if frame.f_code is not code or frame.f_lasti != instruction:
                seen, inner, outer, site, word, done = _look_past(_frame(1), seen, inner, outer, _SEND_WORD)
            try:
                memory, slots = local.place
            except AttributeError:
                memory, slots = new_place()
            offset = next(slots, 0)
            if not offset:
                memory, offset = refill()
            _pack_begin(memory, offset, monotonic_ns(), site, _descriptor(self), word)
        except BaseException as error:
            ours = error
        else:
            try:
                if flags_of_call is not _none or data is _none:
                    count = original(*_given(self, data, flags_of_call))
                else:
                    count = original(self, data)
            except BaseException as error:
                guarded_failure(error, _finish, memory, offset, failure_of(error), done)
                raise
            try:
                pack_end(memory, offset + 8, monotonic_ns(), count)
                memory[offset + 60] = done
            except BaseException as error:
                ours = error
            else:
                return count
            _blame(ours, _finish, memory, offset, count, done)
            return count
        return unobserved(ours, original, _given(self, data, flags_of_call), {})

    return send


def _sending_all(original):
    seen = _NOT_SEEN

    def sendall(self, data=_none, flags_of_call=_none, /):
        nonlocal seen
        try:
            frame = _frame(1)
            code, instruction, site, word, done = seen
            if frame.f_code is not code or frame.f_lasti != instruction:
                seen, site, word, done = _look(frame, seen, _SEND_WORD)
            try:
                memory, slots = local.place
            except AttributeError:
                memory, slots = new_place()
            offset = next(slots, 0)
            if not offset:
                memory, offset = refill()
            _pack_begin(memory, offset, monotonic_ns(), site, _descriptor(self), word)
        except BaseException as error:
            ours = error
        else:
            try:
                if flags_of_call is not _none or data is _none:
                    original(*_given(self, data, flags_of_call))
                else:
                    original(self, data)
            except BaseException as error:
                guarded_failure(error, _finish, memory, offset, failure_of(error), done)
                raise
            try:
                pack_end(memory, offset + 8, monotonic_ns(), len(data) if type(data) is bytes else memoryview(data).nbytes)
                memory[offset + 60] = done
            except BaseException as error:
                ours = error
            else:
                return
            _blame(ours, _finish, memory, offset, data, done)
            return
        return unobserved(ours, original, _given(self, data, flags_of_call), {})

    return sendall


def _options(flags_at, arguments, keywords):
    return arguments[flags_at] if len(arguments) > flags_at else keywords.get("flags", 0)


def _only_looks(options):
    """With MSG_PEEK bytes stay where they are, and from the queue of errors (MSG_ERRQUEUE) none are received."""
    return isinstance(options, int) and bool(options & _not_received)


def _look(frame, seen, kind, at_once=False):
    """The site of a frame that was not seen last; what to have seen from now on, site, flags and kind, flags at the end.

    `at_once`: a call of an event loop's own is one whole record (the flags at the end are 0), for its sockets don't block. Not
    for what is sent: where the process is killed before that record is written, a client would have an answer that nobody sent.
    """
    site, flags = place_of(frame)
    owner = whose(frame.f_code)
    if at_once and owner == LOOP:
        word, done = kind | flags, 0
    else:
        word, done = kind | FLAG_BEGIN | FLAG_IN_PLACE | flags, FLAG_IN_PLACE | flags
    if owner == USER or owner == LOOP:
        seen = (frame.f_code, frame.f_lasti, site, word, done)
    return seen, site, word, done


def _look_past(called, seen, inner, outer, kind):
    """As _look, for calls that the user's code makes through one or two functions of a library, `inner` called by `outer`."""
    seen, site, word, done = _look(called, seen, kind)
    frame, between = called, []
    while len(between) < 2 and is_passed(frame.f_code) and frame.f_back is not None:
        between.append(frame.f_code)
        frame = frame.f_back
    if between and is_users(frame.f_code):
        inner, outer = between[0], between[-1]
        seen = (frame.f_code, frame.f_lasti, site, word, done)
    return seen, inner, outer, site, word, done


def _given(*arguments):
    return tuple(argument for argument in arguments if argument is not _none)


def _blame(error, write_again, *arguments):
    """Something was raised behind a call that worked. The program's own (a signal handler's) goes on its way.

    A number that does not fit, of a socket that another thread has closed meanwhile or of 2 GiB at once, is nobody's
    fault and is written again with more care.
    """
    if not is_our_fault(error):
        raise error
    if isinstance(error, StructError):
        guarded(write_again, *arguments)
    else:
        turn_off(error)


def _finish(memory, offset, result, done):
    pack_end(memory, offset + 8, monotonic_ns(), _size(result))
    memory[offset + 60] = done


def _write_whole(begin, result, site, descriptor, word):
    write(_pack_whole, begin, monotonic_ns(), _size(result), site, descriptor, word)


def _size(result):
    """A result's number, or the number of a buffer's bytes, as far as the record can hold it."""
    return min(result if isinstance(result, int) else memoryview(result).nbytes, _LARGEST)


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────


def _receiving_message(flags_at, read_result):
    """For calls whose result says how much came and from where; on a stream only the first counts.

    `flags_at`: where the call's flags stand among its arguments.
    """

    def before(sock, *arguments, **keywords):
        site, flags = here()
        descriptor = sock.fileno() & _MASK
        family = 0
        if _only_looks(_options(flags_at, arguments, keywords)):
            descriptor |= _LOOKS
        elif is_datagram(sock):
            family = sock.family
            tell_datagram(sock, descriptor)
        begin = monotonic_ns()
        if sock.timeout != 0:
            _write_received(begin, 0, 0, site, descriptor, None, family, flags | FLAG_BEGIN)
        return begin, site, flags, descriptor, family

    def after(state, result, failure):
        end = monotonic_ns()
        begin, site, flags, descriptor, family = state
        count, address, ancillary = read_result(result) if failure is None else (failure, None, ())
        _write_received(begin, end, count, site, descriptor, address, family, flags)
        if ancillary:
            tell_passed(ancillary)

    return lambda original: observe(original, before, after)


def _looking(flags_at, size):
    return _receiving_message(flags_at, lambda result: (size(result), None, ()))


def _write_received(begin, end, count, site, descriptor, address, family, flags):
    if descriptor & _LOOKS:
        write(
            SOCKET_WAIT_RECORD.pack_into, begin, end, count, site, descriptor & _MASK, SOCKET_WAIT_PEEK, flags,
            SOCKET_WAIT,
        )
    elif family:
        where = _addresses.pack(family, address)
        write(
            RECEIVE_FROM_RECORD.pack_into, begin, end, count, site, descriptor, *where, family, flags, RECEIVE_FROM,
        )
    else:
        write(RECEIVE_RECORD.pack_into, begin, end, count, site, descriptor, flags, RECEIVE)


def _sending_message(read_arguments):
    def before(sock, *arguments):
        site, flags = here()
        address, ancillary = read_arguments(arguments)
        descriptor = sock.fileno() & _MASK
        if ancillary:
            tell_passed(ancillary)
        first = tell_datagram(sock, descriptor)
        begin = monotonic_ns()
        if sock.timeout != 0:
            _write_sent(begin, 0, 0, site, descriptor, address, sock.family, flags | FLAG_BEGIN)
        return begin, site, flags, descriptor, address, sock, first

    def after(state, result, failure):
        end = monotonic_ns()
        begin, site, flags, descriptor, address, sock, first = state
        count = result if failure is None else failure
        _write_sent(begin, end, count, site, descriptor, address, sock.family, flags)
        if first:
            tell_socket(sock)  # Now the kernel has chosen its port.

    return lambda original: observe(original, before, after)


def _write_sent(begin, end, count, site, descriptor, address, family, flags):
    if address is None:
        write(SEND_RECORD.pack_into, begin, end, count, site, descriptor, flags, SEND)
    else:
        where = _addresses.pack(family, address)
        write(SEND_TO_RECORD.pack_into, begin, end, count, site, descriptor, *where, family, flags, SEND_TO)


def _sending_file(original):
    """os.sendfile: socket.sendfile and asyncio use it."""

    def before(*arguments, **keywords):
        # The first one's name: "out" before 3.9.
        out = arguments[0] if arguments else keywords["out_fd" if "out_fd" in keywords else "out"]
        descriptor = out if isinstance(out, int) else out.fileno()
        if not leads_to_socket(descriptor):
            return None
        site, flags = here()
        begin = monotonic_ns()
        if os.get_blocking(descriptor):
            write(SEND_RECORD.pack_into, begin, 0, 0, site, descriptor, flags | FLAG_BEGIN, SEND)
        return begin, site, flags, descriptor

    def after(state, result, failure):
        if state is None:
            return
        end = monotonic_ns()
        begin, site, flags, descriptor = state
        count = min(result, _LARGEST) if failure is None else failure
        write(SEND_RECORD.pack_into, begin, end, count, site, descriptor, flags, SEND)

    return observe(original, before, after)


_LOOKS = 1 << 32  # Beyond any descriptor.
_not_received = 0


def _sendmsg_arguments(arguments):
    return (
        arguments[3] if len(arguments) > 3 else None,
        arguments[1] if len(arguments) > 1 else (),
    )


_MESSAGES = {
    "recvfrom": _receiving_message(1, lambda result: (len(result[0]), result[1], ())),
    "recvfrom_into": _receiving_message(2, lambda result: (*result, ())),
    "recvmsg": _receiving_message(2, lambda result: (len(result[0]), result[3], result[1])),
    "recvmsg_into": _receiving_message(2, lambda result: (result[0], result[3], result[1])),
    "sendto": _sending_message(lambda arguments: (arguments[-1], ())),
    "sendmsg": _sending_message(_sendmsg_arguments),
}
