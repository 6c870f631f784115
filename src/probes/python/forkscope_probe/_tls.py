"""TLS sockets: bytes as the program sees them, before encryption and after decryption.

SSLSocket's recv, recv_into and sendall end in its read and send; only where there is no TLS (yet) do they go on to
socket.socket, and are recorded there. A handshake's messages pass below Python: of do_handshake and unwrap the wait is
recorded, and no bytes. asyncio's TLS is an SSLObject without a socket: there the bytes on the wire are counted, by the
transport's own receives and sends, and no others.
"""
from time import monotonic_ns

from ._arena import write
from ._guest import observe, wrap_method
from ._schema import (
    FLAG_BEGIN, RECEIVE, RECEIVE_RECORD, SEND, SEND_RECORD, SOCKET_WAIT, SOCKET_WAIT_HANDSHAKE, SOCKET_WAIT_RECORD,
    SOCKET_WAIT_UNWRAP,
)
from ._sites import here

_MASK = 0xFFFFFFFF


def patch_ssl(module):
    wrap_method(module.SSLSocket, "read", _reading)
    wrap_method(module.SSLSocket, "send", _sending)
    wrap_method(module.SSLSocket, "write", _sending)
    wrap_method(module.SSLSocket, "do_handshake", _waiting(SOCKET_WAIT_HANDSHAKE))
    wrap_method(module.SSLSocket, "unwrap", _waiting(SOCKET_WAIT_UNWRAP))


def _waiting(how):
    def before(sock, *arguments, **keywords):
        site, flags = here()
        descriptor = sock.fileno() & _MASK
        begin = monotonic_ns()
        if sock.timeout != 0:
            write(SOCKET_WAIT_RECORD.pack_into, begin, 0, 0, site, descriptor, how, flags | FLAG_BEGIN, SOCKET_WAIT)
        return begin, site, flags, descriptor

    def after(state, result, failure):
        begin, site, flags, descriptor = state
        write(
            SOCKET_WAIT_RECORD.pack_into, begin, monotonic_ns(), failure or 0, site, descriptor, how, flags, SOCKET_WAIT,
        )

    return lambda original: observe(original, before, after)


def _reading(original):
    def before(sock, *arguments, **keywords):
        if sock._sslobj is None:
            return None
        site, flags = here()
        descriptor = sock.fileno() & _MASK
        begin = monotonic_ns()
        if sock.timeout != 0:
            write(RECEIVE_RECORD.pack_into, begin, 0, 0, site, descriptor, flags | FLAG_BEGIN, RECEIVE)
        return begin, site, flags, descriptor

    def after(state, result, failure):
        if state is None:
            return
        end = monotonic_ns()
        begin, site, flags, descriptor = state
        if failure is not None:
            count = failure
        else:
            count = result if isinstance(result, int) else len(result)
        write(RECEIVE_RECORD.pack_into, begin, end, count, site, descriptor, flags, RECEIVE)

    return observe(original, before, after)


def _sending(original):
    def before(sock, *arguments, **keywords):
        if sock._sslobj is None:
            return None
        site, flags = here()
        descriptor = sock.fileno() & _MASK
        begin = monotonic_ns()
        if sock.timeout != 0:
            write(SEND_RECORD.pack_into, begin, 0, 0, site, descriptor, flags | FLAG_BEGIN, SEND)
        return begin, site, flags, descriptor

    def after(state, result, failure):
        if state is None:
            return
        end = monotonic_ns()
        begin, site, flags, descriptor = state
        count = result if failure is None else failure
        write(SEND_RECORD.pack_into, begin, end, count, site, descriptor, flags, SEND)

    return observe(original, before, after)
