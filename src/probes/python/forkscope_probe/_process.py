"""Processes: how they begin, fork, wait for each other, signal each other and end. They start programs in _subprocess."""
import atexit
import os
import sys
from time import monotonic_ns, thread_time_ns

from . import _arena, _leaving, _segments, _sites
from ._arena import current_writer, write
from ._guest import guarded, observe, wrap_function
from ._schema import (
    EXIT, EXIT_ATEXIT, EXIT_FATAL, EXIT_OS_EXIT, EXIT_RECORD, FLAG_BEGIN, FLAG_FOREIGN, FORK, FORK_RECORD, FORKED,
    FORKED_RECORD, IMAGE, IMAGE_RECORD, KILL, KILL_RECORD, THREAD_COST, THREAD_COST_RECORD, WAIT_PROCESS,
    WAIT_PROCESS_RECORD,
)
from ._sites import here
from ._text import command_number, text_number

_OWNER_AND_FORKED = 2


def begin_image(command):
    """The first words of a fresh program image."""
    _sites.begin(command)
    try:
        directory = os.getcwd()
    except OSError:
        directory = ""
    numbers = command_number(command), text_number(sys.executable or ""), text_number(directory)
    write(IMAGE_RECORD.pack_into, _arena.process.birth, _arena.process.parent, *numbers, 0, IMAGE)


def install():
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
    atexit.register(_at_exit)
    for name, make in _WRAPPERS.items():
        wrap_function(os, name, make)


# ── fork ──────────────────────────────────────────────────────────────────────────────────────────────────────
#
# The hooks see every fork that Python knows of, also those inside extensions; only the wrapper knows the result.


def _before_fork():
    writer = current_writer()
    writer.fork_site = here()
    guarded(_before_fork_with_threads)
    _arena.before_fork(writer, _OWNER_AND_FORKED)


def _before_fork_with_threads():
    threading = sys.modules.get("threading")
    if threading is not None and len(getattr(threading, "_active", ())) > 1:
        from ._locks import write_held

        write_held()


def _after_fork_in_parent():
    _arena.after_fork_in_parent(current_writer())


def _after_fork_in_child():
    writer = current_writer()
    process = _arena.process
    parent, parent_birth, parent_thread = process.id, process.birth, writer.thread
    memory, offset = _arena.after_fork_in_child(writer)
    site, flags = writer.fork_site
    FORKED_RECORD.pack_into(
        memory, offset, process.birth, parent_birth, parent, parent_thread, site, flags, FORKED,
    )


def _forking(original):
    def before(*arguments, **keywords):
        writer = current_writer()
        writer.child = None
        return writer, monotonic_ns()

    def after(state, result, failure):
        writer, begin = state
        if failure is not None:
            _arena.give_back_child(writer)
        child = failure or (result[0] if isinstance(result, tuple) else result)
        if child:
            site, flags = writer.fork_site
            write(FORK_RECORD.pack_into, begin, monotonic_ns(), child, site, flags, FORK)

    def fork(*arguments, **keywords):
        return call_as(sys._getframe(2), original, arguments, keywords)

    return observe(fork, before, after)


_calls = {}


def _make_call():
    # Not at start-up: the interpreter's first compilation takes 2 ms.
    return compile("function(*arguments, **keywords)", "<call>", "eval").replace(co_name=_sites.OUR_NAME)


def call_as(frame, function, arguments, keywords):
    """Call a built-in so that a warning it issues is put down to the frame.

    Whether a warning is shown and which line it names depends on the code that is running. From 3.12 on a fork beside
    other threads is one (Modules/posixmodule.c, warn_about_fork_with_threads); so is an unclosed socket.
    """
    if frame is None:
        # The interpreter's end: Python/_warnings.c has a name and a line for code without a frame.
        position = ("<sys>", 0) if sys.version_info >= (3, 13) else ("sys", 1)
    else:
        position = frame.f_code.co_filename, frame.f_lineno or 1
    code = _calls.get(position)
    if code is None:
        plain = _calls.get(None) or _calls.setdefault(None, _make_call())
        code = _calls[position] = plain.replace(co_filename=position[0], co_firstlineno=position[1])
    names = {"function": function, "arguments": arguments, "keywords": keywords}
    return eval(code, vars(sys) if frame is None else frame.f_globals, names)


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _at_exit():
    """Registered before anything of the program's, so it runs after all of that."""
    guarded(_write_exit)
    _arena.turn_off()
    guarded(_segments.unmap_stale)


def write_cost():
    """What this thread has used of a CPU, among its last words: nobody can ask for it afterwards."""
    write(THREAD_COST_RECORD.pack_into, monotonic_ns(), thread_time_ns(), 0, THREAD_COST)


def _write_exit():
    write_cost()
    status = 1 if getattr(sys, "last_value", None) is not None else _leaving.status_of(_arena.process.id)
    write(EXIT_RECORD.pack_into, monotonic_ns(), status, 0, EXIT_ATEXIT, FLAG_FOREIGN, EXIT)


def _nothing(state, result, failure):
    pass


def _os_exit(original):
    def before(status):
        site, flags = here()
        write_cost()
        write(EXIT_RECORD.pack_into, monotonic_ns(), status & 0xFF, site, EXIT_OS_EXIT, flags, EXIT)

    return observe(original, before, _nothing)


def _abort(original):
    def before():
        site, flags = here()
        write(EXIT_RECORD.pack_into, monotonic_ns(), -1, site, EXIT_FATAL, flags, EXIT)

    return observe(original, before, _nothing)


# ── waiting for children ──────────────────────────────────────────────────────────────────────────────────────


def _waiting(read_arguments, read_result):
    """For a call whose target and options are read from its arguments, pid and status from its result."""

    def before(*arguments, **keywords):
        target, options = read_arguments(*arguments, **keywords)
        site, flags = here()
        blocking = not options & os.WNOHANG
        begin = monotonic_ns()
        if blocking:
            write(WAIT_PROCESS_RECORD.pack_into, begin, 0, 0, site, target, 0, flags | FLAG_BEGIN, WAIT_PROCESS)
        return begin, site, flags, target, blocking

    def after(state, result, failure):
        end = monotonic_ns()
        begin, site, flags, target, blocking = state
        pid, status = read_result(result) if failure is None else (failure, 0)
        if pid > 0 or blocking:  # A look that found nobody is neither a wait nor a reap.
            write(WAIT_PROCESS_RECORD.pack_into, begin, end, pid, site, target, status, flags, WAIT_PROCESS)

    return lambda original: observe(original, before, after)


def _waitid_result(result):
    """waitid's result as waitpid's; the codes are those of sigaction(2)."""
    if result is None:
        return 0, 0
    status = result.si_status
    if result.si_code == os.CLD_EXITED:
        status <<= 8
    elif result.si_code == os.CLD_DUMPED:
        status |= 0x80
    return result.si_pid, status


# ── signals ───────────────────────────────────────────────────────────────────────────────────────────────────


def _killing(original):
    group = original.__name__ == "killpg"

    def before(pid, signal):
        site, flags = here()
        target = -pid if group else pid
        begin = monotonic_ns()
        fatal = target in (_arena.process.id, 0, -1) or group
        if fatal:  # It may be our last act.
            write(KILL_RECORD.pack_into, begin, 0, site, target, signal, flags, KILL)
        return begin, site, flags, target, signal, fatal

    def after(state, result, failure):
        begin, site, flags, target, signal, written = state
        if not written:
            write(KILL_RECORD.pack_into, begin, failure or 0, site, target, signal, flags, KILL)

    return observe(original, before, after)


_WRAPPERS = {
    "fork": _forking,
    "forkpty": _forking,
    "_exit": _os_exit,
    "abort": _abort,
    "wait": _waiting(lambda: (-1, 0), lambda result: result),
    "wait3": _waiting(lambda options: (-1, options), lambda result: result[:2]),
    "waitpid": _waiting(lambda pid, options: (pid, options), lambda result: result),
    "wait4": _waiting(lambda pid, options: (pid, options), lambda result: result[:2]),
    "waitid": _waiting(lambda kind, pid, options: (pid if kind == os.P_PID else -1, options), _waitid_result),
    "kill": _killing,
    "killpg": _killing,
}
