"""Signals: the ones that are sent, the handlers that run, and waits for a signal.

A handler of the program's is put into the interpreter inside a function of ours. Whoever asks for the handler gets
the program's own: what signal.signal and signal.getsignal say goes through the two functions of _signal that are
wrapped here.
"""
import _signal
import sys
from time import monotonic_ns
from types import CodeType

from . import _arena
from ._arena import write
from ._guest import failure_of, guarded, observe, wrap_function
from ._schema import (
    FLAG_BEGIN, FLAG_FOREIGN, KILL, KILL_RECORD, SIGNAL_HANDLED, SIGNAL_HANDLED_RECORD, SIGNAL_WAIT,
    SIGNAL_WAIT_RECORD,
)
from ._sites import here, site_of_code

_pack_wait = SIGNAL_WAIT_RECORD.pack_into
_own = _signal.default_int_handler


def patch_signal(module):
    wrap_function(_signal, "signal", _setting)
    wrap_function(_signal, "getsignal", _getting)
    for name in ("pause", "sigwait", "sigwaitinfo", "sigtimedwait"):
        wrap_function(module, name, _waiting)
    wrap_function(module, "pthread_kill", lambda original: _sending(original, lambda ident, number: (_native_id(ident), number)))
    wrap_function(module, "raise_signal", lambda original: _sending(original, lambda number: (_arena.process.id, number)))


# ── handlers ──────────────────────────────────────────────────────────────────────────────────────────────────


class _Handler:
    """Calls a handler of the program's, and records that it ran."""

    __slots__ = ("handler",)

    def __init__(self, handler):
        self.handler = handler

    def __call__(self, signal, frame, /):
        begin = monotonic_ns()
        try:
            return self.handler(signal, frame)
        except BaseException as error:
            failure_of(error)
            raise
        finally:
            guarded(_write_handled, self.handler, signal, begin)


def _write_handled(handler, signal, begin):
    end = monotonic_ns()
    site, flags = _site_of(handler)
    write(SIGNAL_HANDLED_RECORD.pack_into, begin, end, site, signal, flags, SIGNAL_HANDLED)


def _site_of(handler):
    while hasattr(handler, "func") and not hasattr(handler, "__code__"):
        handler = handler.func  # functools.partial
    handler = getattr(handler, "__func__", handler)
    code = getattr(handler, "__code__", None)
    name = getattr(handler, "__qualname__", None)
    if not isinstance(code, CodeType) or not isinstance(name, str):
        return 0, FLAG_FOREIGN
    return site_of_code(code, name) or (0, FLAG_FOREIGN)


def _programs(handler):
    return handler.handler if type(handler) is _Handler else handler


def _setting(original):
    def signal(signalnum, handler, /):
        if callable(handler) and handler is not _own and not _arena.process.off:
            handler = _Handler(handler)
        try:
            return _programs(original(signalnum, handler))
        except BaseException as error:
            failure_of(error)
            raise

    return signal


def _getting(original):
    def getsignal(signalnum, /):
        try:
            return _programs(original(signalnum))
        except BaseException as error:
            failure_of(error)
            raise

    return getsignal


# ── waits ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _waiting(original):
    def before(*arguments, **keywords):
        site, flags = here()
        begin = monotonic_ns()
        write(_pack_wait, begin, 0, 0, site, flags | FLAG_BEGIN, SIGNAL_WAIT)
        return begin, site, flags

    def after(state, result, failure):
        begin, site, flags = state
        signal = getattr(result, "si_signo", result)
        code = failure if failure is not None else signal if isinstance(signal, int) else 0
        write(_pack_wait, begin, monotonic_ns(), code, site, flags, SIGNAL_WAIT)

    return observe(original, before, after)


# ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────


def _sending(original, read_arguments):
    """For signals within the process, which may be its last act: what is recorded is the attempt."""

    def before(*arguments, **keywords):
        target, signal = read_arguments(*arguments, **keywords)
        site, flags = here()
        write(KILL_RECORD.pack_into, monotonic_ns(), 0, site, target, signal, flags, KILL)

    return observe(original, before, lambda state, result, failure: None)


def _native_id(ident):
    """The kernel's id of a thread that Python calls `ident`; 0 where it is not one of threading's."""
    threading = sys.modules.get("threading")
    thread = None if threading is None else threading._active.get(ident)
    if thread is None:
        return 0
    return _arena.process.id if thread is threading.main_thread() else thread.native_id or 0
