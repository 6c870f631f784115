"""Sockets: the calls that begin and end a connection, and where its bytes go. The frequent ones are in _transfers.

The wrappers are set on the Python class socket.socket, above the C methods it inherits, so that subclasses and super()
find them in the usual order.
"""
import _socket as _plain
import sys
from _operator import index
from time import monotonic_ns

from . import _addresses
from ._addresses import host_of, known as _hosts
from ._arena import local, new_writer, write
from ._descriptors import known, told
from ._guest import failure_of, guarded, guarded_failure, observe, unobserved, wrap_method
from ._passing import tell_datagram, tell_socket, write_close
from ._process import call_as
from ._schema import (
    ACCEPT, ACCEPT_RECORD, BIND, BIND_RECORD, CLOSE, CLOSE_RECORD, CONNECT, CONNECT_RECORD, DUPLICATE, DUPLICATE_RECORD, ENDPOINTS, ENDPOINTS_RECORD, FLAG_BEGIN, FLAG_DEBUGGER, LISTEN, LISTEN_RECORD, SHUTDOWN, SHUTDOWN_RECORD,
)
from ._sites import here, place_of

_frame = sys._getframe
_number_of, _name_of, _option_of = _plain.socket.fileno, _plain.socket.getsockname, _plain.socket.getsockopt
_family_of, _type_of = _plain.socket.family.__get__, _plain.socket.type.__get__
_INTERNET, _STREAM, _IPPROTO_TCP = _plain.AF_INET, _plain.SOCK_STREAM, _plain.IPPROTO_TCP
_TCP_INFO = _plain.TCP_INFO if sys.platform == "linux" else None
_UNKNOWN = 0xFFFFFFFF
_pack_accept = ACCEPT_RECORD.pack_into
_pack_endpoints = ENDPOINTS_RECORD.pack_into
_pack_close = CLOSE_RECORD.pack_into
_pack_shutdown = SHUTDOWN_RECORD.pack_into
# linux/tcp.h, struct tcp_info: eight bytes, then words; tcpi_last_data_sent is the tenth word.
_TCP_INFO_BYTES = 104
_LAST_DATA_SENT = slice(44, 48)

_socket = None


def patch_socket(module):
    global _socket
    from . import _passing, _transfers

    _socket = module
    _addresses.begin(module)
    cls = module.socket
    wrap_method(cls, "accept", _accepting)
    for name, make in WRAPPERS.items():
        wrap_method(cls, name, make)
    wrap_method(cls, "__init__", _making)
    wrap_method(cls, "__del__", _dropping)
    _passing.patch(module)
    _transfers.patch(module)


def _descriptor(sock):
    """The socket's descriptor; 0xffffffff where it has none (any more)."""
    return sock.fileno() & _UNKNOWN


# ── connections ───────────────────────────────────────────────────────────────────────────────────────────────


#
# A forking server makes these calls in every child and after every fork, where each function that is run is two or more
# pages copied (see _process): accept, __init__, _real_close and shutdown are one or two functions each.


def _accepting(original):
    def accept(*arguments, **keywords):
        ours = None
        try:
            sock, = arguments
            site, flags = place_of(_frame(1))
            try:
                writer = local.writer
            except AttributeError:
                writer = new_writer()
            descriptor = _number_of(sock) & _UNKNOWN
            begin = monotonic_ns()
            if sock.timeout != 0:
                write(_pack_accept, begin, 0, 0, site, descriptor, 0, flags | FLAG_BEGIN, ACCEPT)
            writer.quiet += 1  # The new socket object is made from a descriptor; we say ourselves what it is.
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, arguments, keywords)
        try:
            result = original(*arguments, **keywords)
        except BaseException as error:
            guarded_failure(error, _write_accept, writer, begin, site, flags, descriptor, failure_of(error), None)
            raise
        guarded(_write_accept, writer, begin, site, flags, descriptor, 0, result)
        return result

    return accept


def _write_accept(writer, begin, site, flags, descriptor, failure, result):
    end = monotonic_ns()
    writer.quiet -= 1
    if result is None:
        write(_pack_accept, begin, end, failure, site, descriptor, _UNKNOWN, flags, ACCEPT)
        return
    connection, peer = result
    number, family = _number_of(connection), _family_of(connection)
    if family != _INTERNET or _type_of(connection) & 0xF != _STREAM or _TCP_INFO is None:
        established = since_established(connection)
        write(_pack_accept, begin, end, number, site, descriptor, established, flags, ACCEPT)
        if _addresses.is_unix(connection):
            tell_socket(connection)  # With the client's process: its end has no address.
        write_endpoints(connection, peer, flags & FLAG_DEBUGGER)
        return
    # The same for the most frequent, without a function of ours.
    try:
        information = _option_of(connection, _IPPROTO_TCP, _TCP_INFO, _TCP_INFO_BYTES)
        established = int.from_bytes(information[_LAST_DATA_SENT], sys.byteorder)
    except OSError:
        established = _UNKNOWN
    write(_pack_accept, begin, end, number, site, descriptor, established, flags, ACCEPT)
    host, port = _name_of(connection)
    there, its_port = peer
    here_, there = _hosts.get((family, host)) or host_of(family, host), _hosts.get((family, there)) or host_of(family, there)
    write(_pack_endpoints, monotonic_ns(), number, 0, here_, there, port, its_port, family, flags & FLAG_DEBUGGER, ENDPOINTS)


def since_established(connection):
    """How many milliseconds ago the handshake ended: for so long the client stood in the accept queue.

    The kernel starts tcpi_last_data_sent when it makes the connection (tcp_create_openreq_child), and nothing is sent
    before it is accepted. The clocks of received data and acknowledgements start again whenever a queued client speaks.
    """
    if sys.platform != "linux" or _addresses.type_of(connection) & 0xF != _socket.SOCK_STREAM or not _addresses.is_internet(connection):
        return _UNKNOWN
    try:
        information = _addresses.option_of(connection, _socket.IPPROTO_TCP, _socket.TCP_INFO, _TCP_INFO_BYTES)
    except OSError:
        return _UNKNOWN
    return int.from_bytes(information[_LAST_DATA_SENT], sys.byteorder)


def write_endpoints(connection, peer=None, flags=0):
    family = _addresses.family_of(connection)
    try:
        local = _addresses.name_of(connection)
        if peer is None:
            peer = _addresses.peer_of(connection)
    except OSError:
        return  # Not connected.
    path, local_address, local_port = _addresses.pack(family, local)
    peer_path, peer_address, peer_port = _addresses.pack(family, peer)
    write(
        _pack_endpoints, monotonic_ns(), _number_of(connection) & _UNKNOWN, path or peer_path, local_address,
        peer_address, local_port, peer_port, family, flags, ENDPOINTS,
    )


def _connecting(original):
    def before(sock, address):
        site, flags = here()
        descriptor = _descriptor(sock)
        target = _addresses.pack(_addresses.family_of(sock), address)
        tell_datagram(sock, descriptor)
        begin = monotonic_ns()
        if sock.timeout != 0:
            write(
                CONNECT_RECORD.pack_into, begin, 0, 0, site, descriptor, *target, _addresses.family_of(sock), flags | FLAG_BEGIN,
                CONNECT,
            )
        return begin, site, flags, descriptor, target, sock

    def after(state, result, failure):
        end = monotonic_ns()
        begin, site, flags, descriptor, target, sock = state
        number = -(result or 0) if failure is None else failure  # connect_ex returns errno.
        write(
            CONNECT_RECORD.pack_into, begin, end, number, site, descriptor, *target, _addresses.family_of(sock), flags, CONNECT,
        )
        if number == 0:
            write_endpoints(sock, None, flags & FLAG_DEBUGGER)

    return observe(original, before, after)


def _asking_option(original):
    """A non-blocking connect is known to have worked when the program asks for SO_ERROR and gets 0."""

    def before(sock, level, option, *length):
        return sock, level == _socket.SOL_SOCKET and option == _socket.SO_ERROR

    def after(state, result, failure):
        sock, asked = state
        if asked and result == 0:
            write_endpoints(sock)

    return observe(original, before, after)


def _making(original):
    """A socket object made from a descriptor: inherited, received, or one of a pair."""

    def __init__(*arguments, **keywords):
        try:
            original(*arguments, **keywords)
        except BaseException as error:
            failure_of(error)
            raise
        guarded(made, arguments[0], arguments[4] if len(arguments) > 4 else keywords.get("fileno"))

    return __init__


def made(sock, fileno):
    """A socket object is there; fileno: the descriptor that it was made from, or None."""
    descriptor = _number_of(sock)
    known.add(descriptor)
    told.discard(descriptor)
    if fileno is not None:
        writer = getattr(local, "writer", None)
        if writer is None or not writer.quiet:
            tell_socket(sock)
            write_endpoints(sock)


# ── listeners ─────────────────────────────────────────────────────────────────────────────────────────────────


def _binding(original):
    def before(sock, address):
        return here(), _descriptor(sock), address, sock

    def after(state, result, failure):
        (site, flags), descriptor, address, sock = state
        path, packed, port = _addresses.pack(_addresses.family_of(sock), _addresses.name_of(sock) if failure is None else address)
        write(
            BIND_RECORD.pack_into, monotonic_ns(), failure or 0, site, descriptor, path, packed, port, _addresses.family_of(sock),
            sock.type, flags, BIND,
        )
        told.add(descriptor)

    return observe(original, before, after)


def _listening(original):
    def before(sock, *backlog):
        # Modules/socketmodule.c: min(SOMAXCONN, 128) where none is given.
        return here(), sock, backlog[0] if backlog else min(_socket.SOMAXCONN, 128)

    def after(state, result, failure):
        (site, flags), sock, backlog = state
        path, address, port = _addresses.pack(_addresses.family_of(sock), _addresses.name_of(sock) if failure is None else None)
        write(
            LISTEN_RECORD.pack_into, monotonic_ns(), failure or 0, site, _descriptor(sock), path, address, port,
            _addresses.family_of(sock), max(0, backlog), flags, LISTEN,
        )

    return observe(original, before, after)


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_close(sock):
    descriptor = sock.fileno()
    if descriptor >= 0:
        write_close(descriptor)


def _closing(original):
    """_real_close: close() itself may leave the descriptor to the files made with makefile()."""

    def _real_close(sock, *arguments, **keywords):
        ours = None
        try:
            # Before the call: right after it another thread may get the same descriptor.
            descriptor = _number_of(sock)
            if descriptor >= 0:
                known.discard(descriptor)
                told.discard(descriptor)
                site, flags = place_of(_frame(1))
                write(_pack_close, monotonic_ns(), site, descriptor, flags, CLOSE)
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, (sock, *arguments), keywords)
        try:
            return original(sock, *arguments, **keywords)
        except BaseException as error:
            failure_of(error)
            raise

    return _real_close


def _dropping(original):
    """A socket that nobody closed is closed when its last reference goes, by C code."""

    def __del__(sock, frame_of=sys._getframe, guarded=guarded, write_close=_write_close, call_as=call_as):
        if sock.fileno() < 0:
            return
        guarded(write_close, sock)
        try:
            call_as(frame_of().f_back, original, (sock,), {})  # It warns the line that dropped the socket.
        except (NameError, TypeError, AttributeError):
            original(sock)  # So late in the interpreter's end that our own modules are gone.

    return __del__


def _shutting_down(original):
    def shutdown(*arguments, **keywords):
        ours = None
        try:
            sock, how = arguments
            site, flags = place_of(_frame(1))
            descriptor, way = _number_of(sock) & _UNKNOWN, index(how) & _UNKNOWN
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, arguments, keywords)
        try:
            original(*arguments, **keywords)
        except BaseException as error:
            guarded_failure(error, write, _pack_shutdown, monotonic_ns(), failure_of(error), site, descriptor, way, flags, SHUTDOWN)
            raise
        guarded(write, _pack_shutdown, monotonic_ns(), 0, site, descriptor, way, flags, SHUTDOWN)

    return shutdown


def _detaching(original):
    def before(sock):
        return here(), sock.fileno()

    def after(state, result, failure):
        (site, flags), descriptor = state
        if descriptor >= 0 and failure is None:
            write(DUPLICATE_RECORD.pack_into, monotonic_ns(), descriptor, descriptor, site, flags, DUPLICATE)

    return observe(original, before, after)


WRAPPERS = {
    "connect": _connecting,
    "connect_ex": _connecting,
    "getsockopt": _asking_option,
    "bind": _binding,
    "listen": _listening,
    "shutdown": _shutting_down,
    "_real_close": _closing,
    "detach": _detaching,
}
