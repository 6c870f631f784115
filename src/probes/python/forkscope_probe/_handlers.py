"""socketserver's request handlers: setup, handle and finish, and the exception that one of them let through.

BaseRequestHandler.__init__ calls the three. A handler's class gets wrappers for its own methods, in the class that defines
them, when its first instance is made; called by anybody but __init__ (by super(), by hand) they only pass through.
"""
import sys
from _thread import _local
from time import monotonic_ns
from types import FunctionType

from . import _addresses, _sites
from ._arena import write
from ._guest import observe, wrap_method
from ._schema import (
    FLAG_BEGIN, FLAG_FOREIGN, HANDLER_PHASE, HANDLER_PHASE_RECORD, PHASE_FINISH, PHASE_HANDLE, PHASE_SETUP,
)
from ._text import text_number

_PHASES = {"setup": PHASE_SETUP, "handle": PHASE_HANDLE, "finish": PHASE_FINISH}
_MASK = 0xFFFFFFFF
# A phase that lets no other begin.
_UNSEEN = -1

_current = _local()
# Classes that were looked through.
_seen = set()


class _Running:
    """A handler between the begin and the end of its __init__."""

    __slots__ = ("handler", "descriptor", "address", "family", "phase", "outer")


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
            for each in cls.__mro__[:-1]:
                for function in list(vars(each).values()):
                    if type(function) is FunctionType:
                        function = vars(function).get("__wrapped__", function)
                    if type(function) is FunctionType:
                        _sites.define_lines(function.__code__, function.__qualname__)

    return observe(original, before, after)


def _is_handler(cls, module):
    return issubclass(type(cls), type) and issubclass(cls, module.BaseRequestHandler)


def _beginning(original, sockets):
    def before(handler, request, client_address, server):
        running = _Running()
        running.handler, running.phase = handler, 0
        running.outer = getattr(_current, "running", None)
        sock = request[1] if isinstance(request, tuple) and len(request) == 2 else request  # (bytes, socket): a datagram.
        if issubclass(type(sock), sockets.socket):  # Not isinstance: a mock says that it is one.
            running.descriptor, running.family = sock.fileno() & _MASK, sock.family
            running.address = _addresses.pack(running.family, client_address)
        else:  # A program's own idea of a request, as tests have.
            running.phase = _UNSEEN
        if type(handler) not in _seen:
            _seen.add(type(handler))
            _look_through(type(handler))
        _current.running = running
        return running

    def after(running, result, failure):
        _current.running = running.outer

    return observe(original, before, after)


def _look_through(cls):
    for name in _PHASES:
        owner = next((each for each in cls.__mro__ if name in vars(each)), None)
        if owner is not None and isinstance(vars(owner)[name], FunctionType) and not _is_wrapped(vars(owner)[name]):
            wrap_method(owner, name, _phase(name))


def _is_wrapped(function):
    return _sites.is_ours(function.__code__)


def _phase(name):
    number = _PHASES[name]

    def make(original):
        place = _sites.site_of_code(original.__code__, original.__qualname__) or (0, FLAG_FOREIGN)

        def before(handler, *arguments, **keywords):
            running = getattr(_current, "running", None)
            if running is None or running.handler is not handler or running.phase:
                return None
            running.phase = number
            begin = monotonic_ns()
            if number == PHASE_HANDLE:
                _write(begin, 0, running, place, 0, 0, FLAG_BEGIN)
            return running, begin

        def after(state, result, failure):
            if state is None:
                return
            end = monotonic_ns()
            running, begin = state
            error = error_site = 0
            if failure is not None:
                raised = sys.exc_info()[1]
                error, error_site = text_number(_type_name(type(raised))), _line_of(raised)
            _write(begin, end, running, place, error, error_site, 0)
            running.phase = 0

        return observe(original, before, after)

    return make


def _write(begin, end, running, place, error, error_site, begins):
    site, flags = place
    write(
        HANDLER_PHASE_RECORD.pack_into, begin, end, site, running.descriptor, error, error_site, *_packed(running),
        flags | begins, HANDLER_PHASE,
    )


def _packed(running):
    return *running.address, running.family, running.phase


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
