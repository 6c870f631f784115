"""Threads: who starts whom, under which name, with which function, who waits for whose end."""
from _thread import get_native_id
from _functools import partial
from time import monotonic_ns

from . import _conditions, _locks
from ._arena import current_writer, hand_on, local, write
from ._guest import guarded, observe, wrap_function, wrap_method
from ._hints import hints_now
from ._process import write_cost
from ._schema import (
    FLAG_BEGIN, FLAG_DEBUGGER, FLAG_FOREIGN, JOIN_THREAD, JOIN_THREAD_RECORD, THREAD_BEGIN, THREAD_BEGIN_RECORD, THREAD_END,
    THREAD_END_RECORD, THREAD_START, THREAD_START_RECORD,
)
from ._sites import here
from ._text import text_number

# id(thread) → what its first record says of the call that started it.
_starting = {}


def patch_threading(module):
    thread = module.Thread
    plain_run = thread.run
    wrap_method(thread, "start", _starting_thread)
    wrap_method(thread, "join", _joining)
    wrap_method(thread, "_bootstrap_inner", lambda original: _bootstrapping(original, plain_run))
    wrap_function(module, "_shutdown", lambda original: _shutting_down(original, module))
    _conditions.patch_condition(module)
    _locks.patch_locks(module)


def _starting_thread(original):
    def before(thread):
        place = here()
        writer = current_writer()
        _starting[id(thread)] = (writer.thread, place)
        writer.quiet += 1  # start() waits for the thread to begin; that is no wait of the program's.
        return thread, writer, place, monotonic_ns()

    def after(state, result, failure):
        thread, writer, (site, flags), begin = state
        writer.quiet -= 1
        _starting.pop(id(thread), None)
        native = getattr(thread, "native_id", None) or 0
        if native == writer.thread:
            return  # A greenlet: see _is_greenlet.
        write(THREAD_START_RECORD.pack_into, begin, monotonic_ns(), failure or 0, site, native, flags, THREAD_START)

    return observe(original, before, after)


def _bootstrapping(original, plain_run):
    def _bootstrap_inner(thread):
        if _is_greenlet(thread):
            return original(thread)
        guarded(_write_begin, thread, plain_run)
        try:
            return original(thread)
        finally:
            guarded(_write_end)

    return _bootstrap_inner


def _is_greenlet(thread):
    """gevent runs threading's threads on the thread that starts them: no thread begins, and none ends."""
    return _starting.get(id(thread), (0,))[0] == get_native_id()


def _write_begin(thread, plain_run):
    started_by, (site, flags) = _starting.get(id(thread), (0, (0, FLAG_FOREIGN)))
    if getattr(thread, "is_pydev_daemon_thread", False) is True or getattr(thread, "pydev_do_not_trace", False) is True:
        flags |= FLAG_DEBUGGER  # pydevd says so before it starts one.
    name, target = text_number(str(thread._name)), text_number(_target(thread, plain_run))
    write(
        THREAD_BEGIN_RECORD.pack_into, monotonic_ns(), name, target, started_by, site, int(bool(thread._daemonic)),
        flags, THREAD_BEGIN,
    )


def _write_end():
    write_cost()
    write(THREAD_END_RECORD.pack_into, monotonic_ns(), 0, THREAD_END)
    hand_on(local.writer)


def _target(thread, plain_run):
    """The qualified name of the function that the thread runs."""
    run = type(thread).run
    if getattr(run, "__func__", run) is not plain_run:
        return qualified_name(run)
    return qualified_name(getattr(thread, "_target", None))


def qualified_name(function):
    while isinstance(function, partial) and not hasattr(function, "__qualname__"):
        function = function.func  # Asked for by its type: a mock has a func of its own, without end.
    if function is None:
        return ""
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return name if isinstance(name, str) else ""


def _joining(original):
    def before(thread, timeout=None):
        target = getattr(thread, "native_id", None) or 0
        if target == get_native_id():
            return None  # A greenlet, or an error.
        site, flags = here()
        begin = monotonic_ns()
        hints = hints_now(timeout is not None)
        write(JOIN_THREAD_RECORD.pack_into, begin, 0, 0, site, target, hints, flags | FLAG_BEGIN, JOIN_THREAD)
        return begin, site, flags, target, thread

    def after(state, result, failure):
        if state is None:
            return
        end = monotonic_ns()
        begin, site, flags, target, thread = state
        number = int(not thread.is_alive()) if failure is None else failure
        write(JOIN_THREAD_RECORD.pack_into, begin, end, number, site, target, 0, flags, JOIN_THREAD)

    return observe(original, before, after)


def _shutting_down(original, module):
    """The end of the main thread's code, where the interpreter waits for the threads that are no daemons."""

    def before():
        main = module.main_thread()
        if all(thread is main or thread.daemon for thread in module.enumerate()):
            return None
        site, flags = here()
        begin = monotonic_ns()
        write(JOIN_THREAD_RECORD.pack_into, begin, 0, 0, site, 0, hints_now(False), flags | FLAG_BEGIN, JOIN_THREAD)
        return begin, site, flags

    def after(state, result, failure):
        if state is not None:
            begin, site, flags = state
            number = 1 if failure is None else failure
            write(JOIN_THREAD_RECORD.pack_into, begin, monotonic_ns(), number, site, 0, 0, flags, JOIN_THREAD)

    return observe(original, before, after)
