"""Processes: how they begin, fork, wait for each other, signal each other and end. They start programs in _subprocess."""
import atexit
import os
import sys
from _thread import _count as _count_threads
from time import monotonic_ns, thread_time_ns

from . import _arena, _groups, _leaving, _segments, _sites
from ._arena import local, new_writer, process, take_chunk, write
from ._guest import blame, failure_of, guarded, observe, unobserved, wrap_function
from ._schema import (
    CHUNK_BYTES, EXIT, EXIT_ATEXIT, EXIT_FATAL, EXIT_OS_EXIT, EXIT_RECORD, FLAG_BEGIN, FLAG_FOREIGN, FORK, FORK_RECORD,
    IMAGE, IMAGE_RECORD, KILL, KILL_RECORD, ORPHAN_LEFT, ORPHAN_LEFT_RECORD, RECORD_BYTES, THREAD_COST, THREAD_COST_RECORD, WAIT_PROCESS,
    WAIT_PROCESS_RECORD,
)
from ._sites import here, place_of
from ._text import command_number, text_number

_AFTER_FORKED = 2 * RECORD_BYTES
_WNOHANG = os.WNOHANG
_frame = sys._getframe
_parent_now = os.getppid
_pack_fork = FORK_RECORD.pack_into
_pack_cost = THREAD_COST_RECORD.pack_into
_pack_exit = EXIT_RECORD.pack_into
_pack_wait = WAIT_PROCESS_RECORD.pack_into


def begin_image(command):
    """The first words of a fresh program image."""
    _sites.begin(command)
    try:
        directory = os.getcwd()
    except OSError:
        directory = ""
    numbers = command_number(command), text_number(sys.executable or ""), text_number(directory)
    write(IMAGE_RECORD.pack_into, _arena.process.birth, _arena.process.parent, *numbers, 0, IMAGE)
    _groups.write_group(_arena.process.id, os.getpgrp())


def install():
    os.register_at_fork(
        before=_before_fork, after_in_parent=_arena.after_fork_in_parent, after_in_child=_arena.after_fork_in_child,
    )
    atexit.register(_at_exit)
    for name, make in _WRAPPERS.items():
        wrap_function(os, name, make)


# ── fork ──────────────────────────────────────────────────────────────────────────────────────────────────────
#
# The hooks see every fork that Python knows of, also those inside extensions; only the wrapper knows the result.
#
# Each object that is touched after a fork (its reference count suffices) copies a page, in the child and in the parent: a
# function of ours is three or four. So these hooks are one function each, and the child finds its chunk ready.


def _before_fork():
    try:
        writer = local.writer
    except AttributeError:
        writer = new_writer()
    writer.fork_site = place_of(_frame(1))
    if _count_threads():
        guarded(_write_held)
    writer.child = memory, start = take_chunk()
    writer.suspended = tuple(writer.place)
    writer.place[:] = memory, iter(range(start + _AFTER_FORKED, start + CHUNK_BYTES, RECORD_BYTES))
    process.forking = monotonic_ns()


def _write_held():
    if "threading" in sys.modules:
        from ._lock_forks import write_held

        write_held()


def _forking(original):
    # From 3.12 on a fork beside other threads is worth a warning, of which the line counts.
    warns = sys.version_info >= (3, 12)

    def fork(*arguments, **keywords):
        begin = monotonic_ns()
        try:
            if warns:
                result = call_as(_frame(1), original, arguments, keywords)
            else:
                result = original(*arguments, **keywords)
        except BaseException as error:
            guarded(_write_failed, begin, failure_of(error))
            raise
        child = result if type(result) is int else result[0]
        if child:
            ours = None
            try:
                writer = local.writer
                writer.child = None
                site, flags = writer.fork_site
                write(_pack_fork, begin, monotonic_ns(), child, site, flags, FORK)
            except BaseException as error:
                ours = error
            if ours is not None:
                blame(ours)
        return result

    return fork


def _write_failed(begin, failure):
    writer = local.writer
    _arena.give_back_child(writer)
    writer.child = None
    site, flags = writer.fork_site
    write(_pack_fork, begin, monotonic_ns(), failure, site, flags, FORK)


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
    write(_pack_cost, monotonic_ns(), thread_time_ns(), 0, THREAD_COST)


def _write_exit():
    write_cost()
    status = 1 if getattr(sys, "last_value", None) is not None else _leaving.status_of(_arena.process.id)
    write(_pack_exit, monotonic_ns(), status, 0, EXIT_ATEXIT, FLAG_FOREIGN, EXIT)
    if _parent_now() != process.parent:
        if status < 0:
            _leave_word()
        else:
            _write_orphan(status)


def _write_orphan(status):
    write(ORPHAN_LEFT_RECORD.pack_into, monotonic_ns(), process.id, status << 8, 0, ORPHAN_LEFT)


def _leave_word():
    try:
        from ._orphans import leave_word

        leave_word(process.folder, process.id)
    except Exception:
        pass  # Then it stays unknown.


def _nothing(state, result, failure):
    pass


def _os_exit(original):
    def _exit(*arguments, **keywords):
        ours = None
        try:
            status, = arguments or keywords.values()
            site, flags = place_of(_frame(1))
            now = monotonic_ns()
            write(_pack_cost, now, thread_time_ns(), 0, THREAD_COST)
            write(_pack_exit, now, status & 0xFF, site, EXIT_OS_EXIT, flags, EXIT)
            if _parent_now() != process.parent:
                _write_orphan(status & 0xFF)
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, original, arguments, keywords)
        try:
            return original(*arguments, **keywords)
        except BaseException as error:
            failure_of(error)
            raise

    return _exit


def _abort(original):
    def before():
        site, flags = here()
        write(_pack_exit, monotonic_ns(), -1, site, EXIT_FATAL, flags, EXIT)

    return observe(original, before, _nothing)


# ── waiting for children ──────────────────────────────────────────────────────────────────────────────────────


def _waiting(read_arguments, read_result):
    """For a call whose target and options are read from its arguments, pid and status from its result."""

    def before(*arguments, **keywords):
        target, options = read_arguments(*arguments, **keywords)
        if options & _WNOHANG:
            return monotonic_ns(), None, target
        place = site, flags = here()
        begin = monotonic_ns()
        write(WAIT_PROCESS_RECORD.pack_into, begin, 0, 0, site, target, 0, flags | FLAG_BEGIN, WAIT_PROCESS)
        return begin, place, target

    def after(state, result, failure):
        end = monotonic_ns()
        begin, place, target = state
        pid, status = read_result(result) if failure is None else (failure, 0)
        if pid > 0 or place is not None:  # A look that found nobody is neither a wait nor a reap.
            site, flags = place or here()
            write(WAIT_PROCESS_RECORD.pack_into, begin, end, pid, site, target, status, flags, WAIT_PROCESS)

    return lambda original: observe(original, before, after)


def _looking_for_child(original):
    """waitpid. A look that found nobody, which a forking server takes for each child after each request, is no event."""
    observed = _waiting(lambda pid, options: (pid, options), lambda result: result)(original)

    def waitpid(*arguments, **keywords):
        begin = monotonic_ns()
        try:
            if keywords or len(arguments) != 2 or type(arguments[1]) is not int or not arguments[1] & _WNOHANG:
                return observed(*arguments, **keywords)
            result = original(*arguments)
        except BaseException as error:
            failure_of(error)
            raise
        if result[0]:
            ours = None
            try:
                site, flags = place_of(_frame(1))
                write(_pack_wait, begin, monotonic_ns(), result[0], site, arguments[0], result[1], flags, WAIT_PROCESS)
            except BaseException as error:
                ours = error
            if ours is not None:
                blame(ours)
        return result

    return waitpid


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
        fatal = target in (_arena.process.id, 0, -1) or target == -os.getpgrp()
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
    "waitpid": _looking_for_child,
    "wait4": _waiting(lambda pid, options: (pid, options), lambda result: result[:2]),
    "waitid": _waiting(lambda kind, pid, options: (pid if kind == os.P_PID else -1, options), _waitid_result),
    "kill": _killing,
    "killpg": _killing,
    **_groups.WRAPPERS,
}
