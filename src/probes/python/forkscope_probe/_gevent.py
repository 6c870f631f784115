"""gevent: its sockets are classes of its own, and its threads are greenlets that share one thread.

A gevent socket keeps a raw, always non-blocking socket inside and tries every call on it before it lets other greenlets
run. The wrappers stand on that raw class: each call is complete when it returns, so that no begin record of one greenlet
is followed by the records of others, and what stands on the sockets' lanes is exact. That a greenlet waits is not told.
TLS is read by C code below these classes: its bytes are not seen.

What runs on one thread is told apart in _threads: a thread that finds itself on its starter's is a greenlet.
"""
from time import monotonic_ns

from . import _sockets, _transfers
from ._addresses import is_unix
from ._arena import write
from ._guest import observe, wrap_method
from ._passing import tell_socket
from ._schema import ACCEPT, ACCEPT_RECORD
from ._sites import here

_UNKNOWN = 0xFFFFFFFF

# Descriptors that _accept has given and that are no sockets yet.
_accepted = set()
_plain = None


def patch_sockets(module):
    global _plain
    raw = getattr(module, "_wrefsocket", None)
    if not isinstance(raw, type):
        return  # A version of gevent that is built otherwise: its sockets stay unseen.
    _plain = raw.__base__
    _transfers.patch_class(raw)
    for name, make in _sockets.WRAPPERS.items():
        if name != "_real_close":
            wrap_method(raw, name, make)
    wrap_method(raw, "close", _sockets.WRAPPERS["_real_close"])
    wrap_method(raw, "_accept", _accepting)
    wrap_method(raw, "__init__", _making)


def _accepting(original):
    def before(sock):
        site, flags = here()
        return site, flags, sock, monotonic_ns()

    def after(state, result, failure):
        end = monotonic_ns()
        site, flags, sock, begin = state
        descriptor = sock.fileno() & _UNKNOWN
        if failure is not None:
            write(ACCEPT_RECORD.pack_into, begin, end, failure, site, descriptor, _UNKNOWN, flags, ACCEPT)
            return
        connection = _plain(sock.family, sock.type, sock.proto, fileno=result[0])
        try:
            established = _sockets.since_established(connection)
            write(ACCEPT_RECORD.pack_into, begin, end, result[0], site, descriptor, established, flags, ACCEPT)
            _accepted.add(result[0])
            if is_unix(connection):
                tell_socket(connection)
            _sockets.write_endpoints(connection, result[1])
        finally:
            connection.detach()

    return observe(original, before, after)


def _making(original):
    """One that was just accepted has been told of."""

    def before(sock, family=-1, type=-1, proto=-1, fileno=None):
        return sock, fileno

    def after(state, result, failure):
        sock, fileno = state
        if fileno in _accepted:
            _accepted.discard(fileno)
            fileno = None
        if failure is None:
            _sockets.made(sock, fileno)

    return observe(original, before, after)
