"""socketserver's request handlers: setup, handle and finish, and the exception that one of them let through.

BaseRequestHandler.__init__ calls the three. A handler's class gets wrappers for its own methods, in the class that defines
them, when its first instance is made; called by anybody but __init__ (by super(), by hand) they only pass through.
"""
import sys
from time import monotonic_ns
from types import FunctionType

from . import _addresses, _sites
from ._arena import local, write
from ._guest import failure_of, guarded_failure, is_our_fault, observe, turn_off, unobserved, wrap_method
from ._schema import (
    FLAG_BEGIN, FLAG_FOREIGN, HANDLER_PHASE, HANDLER_PHASE_RECORD, PHASE_FINISH, PHASE_HANDLE, PHASE_SETUP,
)
from ._text import text_number

_PHASES = {"setup": PHASE_SETUP, "handle": PHASE_HANDLE, "finish": PHASE_FINISH}
_MASK = 0xFFFFFFFF
# A phase that lets no other begin.
_UNSEEN = -1
_pack = HANDLER_PHASE_RECORD.pack_into

# Classes that were looked through.
_seen = set()


# Of a handler between the begin and the end of its __init__, `local.running`: the handler, its phase, descriptor, the client's
# (path, address, port, family), and who was running before. A list: each name of an object's is a page that every child of a
# forking server copies, as is each function (see _process), which is why the wrappers below are one function each.
_HANDLER, _PHASE, _DESCRIPTOR, _PATH, _ADDRESS, _PORT, _FAMILY, _OUTER = range(8)


def patch_socketserver(module):
    wrap_method(module.BaseRequestHandler, "__init__", lambda original: _beginning(original, module.socket))
    if hasattr(module, "ForkingMixIn"):
        wrap_method(module.BaseServer, "__init__", lambda original: _making_server(original, module))


def _making_server(original, module):
    """A forking server makes its handlers in children: what each of them would find out anew is found out here, once."""

    def before(server, server_address, RequestHandlerClass):
        return server, RequestHandlerClass

    def after(state, result, failure):
        server, cls = state
        if failure is None and issubclass(type(server), module.ForkingMixIn) and _is_handler(cls, module) and cls not in _seen:
            _seen.add(cls)
            _look_through(cls)
            for each in (*cls.__mro__[:-1], *type(server).__mro__[:-1]):
                for function in list(vars(each).values()):
                    if type(function) is FunctionType:
                        function = vars(function).get("__wrapped__", function)
                    if type(function) is FunctionType:
                        _sites.define_lines(function.__code__, function.__qualname__)

    return observe(original, before, after)


def _is_handler(cls, module):
    return issubclass(type(cls), type) and issubclass(cls, module.BaseRequestHandler)


def _beginning(original, sockets):
    plain = sockets.SocketType  # gevent's are none.

    def __init__(*arguments, **keywords):
        ours = None
        try:
            handler, request, client_address = _given(*arguments, **keywords) if keywords else arguments[:3]
            running = [handler, _UNSEEN, 0, 0, b"", 0, 0, getattr(local, "running", None)]
            sock = request[1] if isinstance(request, tuple) and len(request) == 2 else request  # (bytes, socket): a datagram.
            # Not isinstance: a mock says that it is one. Others are a program's own idea of a request, as tests have.
            if issubclass(type(sock), sockets.socket):
                family = _addresses.family_of(sock) if issubclass(type(sock), plain) else sock.family
                running[_PHASE:_OUTER] = 0, sock.fileno() & _MASK, *_addresses.pack(family, client_address), family
            if type(handler) not in _seen:
                _seen.add(type(handler))
                _look_through(type(handler))
            local.running = running
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, arguments, keywords)
        try:
            return original(*arguments, **keywords)
        except BaseException as error:
            failure_of(error)
            raise
        finally:
            local.running = running[_OUTER]

    return __init__


def _given(handler, request, client_address, server):
    return handler, request, client_address


def _look_through(cls):
    for name in _PHASES:
        owner = next((each for each in cls.__mro__ if name in vars(each)), None)
        if owner is not None and isinstance(vars(owner)[name], FunctionType) and not _is_wrapped(vars(owner)[name]):
            wrap_method(owner, name, _phase(name))


def _is_wrapped(function):
    return _sites.is_ours(function.__code__)


def _phase(name):
    number, begins = _PHASES[name], name == "handle"

    def make(original):
        site, flags = _sites.site_of_code(original.__code__, original.__qualname__) or (0, FLAG_FOREIGN)

        def phase(*arguments, **keywords):
            ours = begin = None
            try:
                running = getattr(local, "running", None)
                if running is not None and not running[1] and running[0] is arguments[0]:
                    running[1] = number
                    begin = monotonic_ns()
                    if begins:
                        _, _, descriptor, path, address, port, family, _ = running
                        write(_pack, begin, 0, site, descriptor, 0, 0, path, address, port, family, number, flags | FLAG_BEGIN, HANDLER_PHASE)
            except BaseException as error:
                ours = error
            if ours is not None:
                return unobserved(ours, original, arguments, keywords)
            try:
                result = original(*arguments, **keywords)
            except BaseException as error:
                failure_of(error)
                if begin is not None:
                    guarded_failure(error, _write_error, begin, site, flags, running, number, error)
                raise
            if begin is not None:
                try:
                    _, _, descriptor, path, address, port, family, _ = running
                    write(_pack, begin, monotonic_ns(), site, descriptor, 0, 0, path, address, port, family, number, flags, HANDLER_PHASE)
                    running[1] = 0
                except BaseException as error:
                    ours = error
                if ours is not None:
                    if not is_our_fault(ours):
                        raise ours
                    turn_off(ours)
            return result

        return phase

    return make


def _write_error(begin, site, flags, running, number, error):
    end = monotonic_ns()
    _, _, descriptor, path, address, port, family, _ = running
    kind, line = text_number(_type_name(type(error))), _line_of(error)
    write(_pack, begin, end, site, descriptor, kind, line, path, address, port, family, number, flags, HANDLER_PHASE)
    running[_PHASE] = 0


def _type_name(kind):
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return "%s.%s" % (kind.__module__, kind.__qualname__)


def _line_of(error):
    """The user's innermost line that the exception came through; 0 where it never was in the user's code."""
    found = None
    entry = error.__traceback__
    while entry is not None:
        if _sites.is_users(entry.tb_frame.f_code):
            found = entry
        entry = entry.tb_next
    return 0 if found is None else _sites.site_of_line(found.tb_frame, found.tb_lineno)
