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
# The program has had a handler of its own for some signal.
has_handlers = False


def patch_signal(module):
    wrap_function(_signal, "signal", _setting)
    wrap_function(_signal, "getsignal", _getting)
    for name in ("pause", "sigwait", "sigwaitinfo", "sigtimedwait"):
        wrap_function(module, name, _waiting)
    wrap_function(module, "pthread_kill", lambda original: _sending(original, lambda ident, number: (_native_id(ident), number)))
    wrap_function(module, "pidfd_send_signal", _sending_by_descriptor)
    wrap_function(module, "raise_signal", lambda original: _sending(original, lambda number: (_arena.process.id, number)))


# ── handlers ──────────────────────────────────────────────────────────────────────────────────────────────────


class _Handler:
    """Calls a handler of the program's, and records that it ran."""

    __slots__ = ("handler",)

    def __init__(self, handler):
        self.handler = handler

    def __call__(self, signal, frame, /):
        begin = monotonic_ns()
        guarded(_write_handled, self.handler, signal, begin, FLAG_BEGIN)
        try:
            return self.handler(signal, frame)
        except BaseException as error:
            failure_of(error)
            raise
        finally:
            guarded(_write_handled, self.handler, signal, begin, 0)


def _write_handled(handler, signal, begin, begins):
    end = 0 if begins else monotonic_ns()
    site, flags = _site_of(handler)
    write(SIGNAL_HANDLED_RECORD.pack_into, begin, end, site, signal, flags | begins, SIGNAL_HANDLED)


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
        global has_handlers
        if callable(handler) and handler is not _own and not _arena.process.off:
            has_handlers = True
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


def _sending_by_descriptor(original):
    def before(pidfd, number, *arguments, **keywords):
        site, flags = here()
        # Read beforehand: the process may be gone and collected afterwards. It may be this one, so is told beforehand too.
        target = _process_behind(pidfd)
        begin = monotonic_ns()
        told = target == _arena.process.id
        if told:
            write(KILL_RECORD.pack_into, begin, 0, site, target, number, flags, KILL)
        return begin, site, flags, target, number, told

    def after(state, result, failure):
        begin, site, flags, target, number, told = state
        if target > 0 and not told:
            write(KILL_RECORD.pack_into, begin, failure or 0, site, target, number, flags, KILL)

    return observe(original, before, after)


def _process_behind(pidfd):
    """The pid that a pidfd is of; 0 where it is none, or its process is gone."""
    try:
        with open("/proc/self/fdinfo/%d" % pidfd, "rb") as lines:
            for line in lines:
                if line.startswith(b"Pid:"):
                    return max(0, int(line[4:]))
    except (OSError, ValueError):
        pass
    return 0


def _native_id(ident):
    """The kernel's id of a thread that Python calls `ident`; 0 where it is not one of threading's."""
    threading = sys.modules.get("threading")
    thread = None if threading is None else threading._active.get(ident)
    if thread is None:
        return 0
    return _arena.process.id if thread is threading.main_thread() else thread.native_id or 0
