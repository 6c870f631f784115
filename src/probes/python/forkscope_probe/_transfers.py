"""The bytes of a connection: receive and send.

These calls are most of what a server does, so recv, recv_into, send and sendall are written out: one frame, a lookup
of the calling instruction, one record when the call may block, one when it has returned. Whatever goes wrong in the
lines around the original call is ours and is dealt with outside of the except clause, so that no exception of the
program's ever gets one of ours as its context.
"""
import os
import stat
import sys
from struct import Struct
from time import monotonic_ns

from . import _addresses
from ._arena import RECORD_BYTES, local, new_writer, refill, write
from ._guest import failure_of, guarded, is_our_fault, observe, turn_off, unobserved, wrap_function, wrap_method
from ._schema import (
    FLAG_BEGIN, RECEIVE, RECEIVE_FROM, RECEIVE_FROM_RECORD, RECEIVE_RECORD, SEND, SEND_RECORD, SEND_TO, SEND_TO_RECORD,
)
from ._sites import here, place_of, places

_MASK = 0xFFFFFFFF
_LARGEST = 0x7FFFFFFF

# Flags and kind are two halves of one little-endian word. A begin record's end and result are 0: left out.
_RECEIVE_WORD = RECEIVE << 16
_RECEIVE_BEGIN_WORD = _RECEIVE_WORD | FLAG_BEGIN
_SEND_WORD = SEND << 16
_pack_receive = Struct(RECEIVE_RECORD.format[:-2] + "I").pack_into
_pack_receive_begin = Struct(RECEIVE_RECORD.format[:-2].replace("QQi", "Q12x") + "I").pack_into
_pack_send = Struct(SEND_RECORD.format[:-2] + "I").pack_into

_frame = sys._getframe
_known_place = places.get


def patch(module):
    cls = module.socket
    wrap_method(cls, "recv", _receiving)
    wrap_method(cls, "recv_into", _receiving_into)
    wrap_method(cls, "send", _sending)
    wrap_method(cls, "sendall", _sending_all)
    for name, (make, place) in _MESSAGES.items():
        wrap_method(cls, name, make(place))
    wrap_function(os, "sendfile", _sending_file)


# ── the frequent ones ─────────────────────────────────────────────────────────────────────────────────────────


def _receiving(original):
    def recv(self, *arguments):
        ours = None
        try:
            try:
                writer = local.writer
            except AttributeError:
                writer = new_writer()
            frame = _frame(1)
            site, flags = _known_place((id(frame.f_code), frame.f_lasti)) or place_of(frame)
            descriptor = self.fileno()
            begin = monotonic_ns()
            if self.timeout != 0:
                offset = writer.offset
                if offset == writer.end:
                    offset = refill(writer)
                else:
                    writer.offset = offset + RECORD_BYTES
                _pack_receive_begin(writer.memory, offset, begin, site, descriptor, _RECEIVE_BEGIN_WORD | flags)
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, (self, *arguments), {})
        try:
            data = original(self, *arguments)
        except BaseException as error:
            guarded(_write_failure, _pack_receive, error, begin, site, descriptor, _RECEIVE_WORD | flags)
            raise
        try:
            end = monotonic_ns()
            offset = writer.offset
            if offset == writer.end:
                offset = refill(writer)
            else:
                writer.offset = offset + RECORD_BYTES
            _pack_receive(writer.memory, offset, begin, end, len(data), site, descriptor, _RECEIVE_WORD | flags)
        except BaseException as error:
            ours = error
        if ours is not None:
            _blame(ours)
        return data

    return recv


def _receiving_into(original):
    def recv_into(self, *arguments, **keywords):
        ours = None
        try:
            try:
                writer = local.writer
            except AttributeError:
                writer = new_writer()
            frame = _frame(1)
            site, flags = _known_place((id(frame.f_code), frame.f_lasti)) or place_of(frame)
            descriptor = self.fileno()
            begin = monotonic_ns()
            if self.timeout != 0:
                offset = writer.offset
                if offset == writer.end:
                    offset = refill(writer)
                else:
                    writer.offset = offset + RECORD_BYTES
                _pack_receive_begin(writer.memory, offset, begin, site, descriptor, _RECEIVE_BEGIN_WORD | flags)
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, (self, *arguments), keywords)
        try:
            count = original(self, *arguments, **keywords)
        except BaseException as error:
            guarded(_write_failure, _pack_receive, error, begin, site, descriptor, _RECEIVE_WORD | flags)
            raise
        try:
            end = monotonic_ns()
            offset = writer.offset
            if offset == writer.end:
                offset = refill(writer)
            else:
                writer.offset = offset + RECORD_BYTES
            _pack_receive(writer.memory, offset, begin, end, count, site, descriptor, _RECEIVE_WORD | flags)
        except BaseException as error:
            ours = error
        if ours is not None:
            _blame(ours)
        return count

    return recv_into


def _sending(original):
    def send(self, *arguments):
        begin = monotonic_ns()
        try:
            count = original(self, *arguments)
        except BaseException as error:
            guarded(_write_send_failure, error, begin, self, _frame(1))
            raise
        ours = None
        try:
            end = monotonic_ns()
            try:
                writer = local.writer
            except AttributeError:
                writer = new_writer()
            frame = _frame(1)
            site, flags = _known_place((id(frame.f_code), frame.f_lasti)) or place_of(frame)
            offset = writer.offset
            if offset == writer.end:
                offset = refill(writer)
            else:
                writer.offset = offset + RECORD_BYTES
            _pack_send(writer.memory, offset, begin, end, count, site, self.fileno() & _MASK, _SEND_WORD | flags)
        except BaseException as error:
            ours = error
        if ours is not None:
            _blame(ours)
        return count

    return send


def _sending_all(original):
    def sendall(self, *arguments):
        begin = monotonic_ns()
        try:
            original(self, *arguments)
        except BaseException as error:
            guarded(_write_send_failure, error, begin, self, _frame(1))
            raise
        ours = None
        try:
            end = monotonic_ns()
            try:
                writer = local.writer
            except AttributeError:
                writer = new_writer()
            frame = _frame(1)
            site, flags = _known_place((id(frame.f_code), frame.f_lasti)) or place_of(frame)
            data = arguments[0]
            count = len(data) if type(data) is bytes else min(memoryview(data).nbytes, _LARGEST)
            offset = writer.offset
            if offset == writer.end:
                offset = refill(writer)
            else:
                writer.offset = offset + RECORD_BYTES
            _pack_send(writer.memory, offset, begin, end, count, site, self.fileno() & _MASK, _SEND_WORD | flags)
        except BaseException as error:
            ours = error
        if ours is not None:
            _blame(ours)

    return sendall


def _blame(error):
    """Something was raised behind a call that worked. The program's own (a signal handler's) goes on its way."""
    if not is_our_fault(error):
        raise error
    turn_off(error)


def _write_failure(pack_into, error, begin, site, descriptor, word):
    write(pack_into, begin, monotonic_ns(), failure_of(error), site, descriptor & _MASK, word)


def _write_send_failure(error, begin, sock, frame):
    end = monotonic_ns()
    site, flags = place_of(frame)
    write(_pack_send, begin, end, failure_of(error), site, sock.fileno() & _MASK, _SEND_WORD | flags)


# ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────


def _receiving_message(read_result):
    """For calls whose result says how much came and from where; on a stream only the first counts."""

    def before(sock, *arguments, **keywords):
        site, flags = here()
        descriptor = sock.fileno() & _MASK
        family = 0 if sock.type == _STREAM else sock.family
        begin = monotonic_ns()
        if sock.timeout != 0:
            _write_received(begin, 0, 0, site, descriptor, None, family, flags | FLAG_BEGIN)
        return begin, site, flags, descriptor, family

    def after(state, result, failure):
        end = monotonic_ns()
        begin, site, flags, descriptor, family = state
        count, address = read_result(result) if failure is None else (failure, None)
        _write_received(begin, end, count, site, descriptor, address, family, flags)

    return lambda original: observe(original, before, after)


def _write_received(begin, end, count, site, descriptor, address, family, flags):
    if family:
        where = _addresses.pack(family, address)
        write(
            RECEIVE_FROM_RECORD.pack_into, begin, end, count, site, descriptor, *where, family, flags, RECEIVE_FROM,
        )
    else:
        write(RECEIVE_RECORD.pack_into, begin, end, count, site, descriptor, flags, RECEIVE)


def _sending_message(read_address):
    def before(sock, *arguments):
        return here(), sock, read_address(arguments), monotonic_ns()

    def after(state, result, failure):
        end = monotonic_ns()
        (site, flags), sock, address, begin = state
        count = result if failure is None else failure
        descriptor = sock.fileno() & _MASK
        if address is None:
            write(SEND_RECORD.pack_into, begin, end, count, site, descriptor, flags, SEND)
        else:
            where = _addresses.pack(sock.family, address)
            write(
                SEND_TO_RECORD.pack_into, begin, end, count, site, descriptor, *where, sock.family, flags, SEND_TO,
            )

    return lambda original: observe(original, before, after)


def _sending_file(original):
    """os.sendfile: socket.sendfile and asyncio use it."""

    def before(out_fd, in_fd, offset, count, *rest, **keywords):
        return here(), out_fd, monotonic_ns()

    def after(state, result, failure):
        end = monotonic_ns()
        (site, flags), descriptor, begin = state
        if not isinstance(descriptor, int):
            descriptor = descriptor.fileno()
        try:
            is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
        except OSError:
            return
        if is_socket:
            count = min(result, _LARGEST) if failure is None else failure
            write(SEND_RECORD.pack_into, begin, end, count, site, descriptor, flags, SEND)

    return observe(original, before, after)


_STREAM = 1  # SOCK_STREAM, wherever there are sockets
_MESSAGES = {
    "recvfrom": (_receiving_message, lambda result: (len(result[0]), result[1])),
    "recvfrom_into": (_receiving_message, lambda result: result),
    "recvmsg": (_receiving_message, lambda result: (len(result[0]), result[3])),
    "recvmsg_into": (_receiving_message, lambda result: (result[0], result[3])),
    "sendto": (_sending_message, lambda arguments: arguments[-1]),
    "sendmsg": (_sending_message, lambda arguments: arguments[3] if len(arguments) > 3 else None),
}
