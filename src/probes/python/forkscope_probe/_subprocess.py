"""Programs that are started: posix_spawn, fork and exec in one, exec, and the shell of os.system.

subprocess, os.popen, os.spawn*, asyncio and multiprocessing's spawn all end in one of these.
"""
import os
import sys
from time import monotonic_ns

from . import _channels, _descriptors, _groups
from ._arena import write
from ._guest import observe, wrap_function
from ._process import call_as
from ._schema import EXEC, EXEC_RECORD, FLAG_BEGIN, SPAWN, SPAWN_RECORD, SYSTEM, SYSTEM_RECORD
from ._sites import here
from ._text import command_number


def install():
    for name, make in _WRAPPERS.items():
        wrap_function(os, name, make)


def _executing(original):
    def before(path, argv, *environment, **keywords):
        # execvp tries one folder after the other; the record is of the one that will succeed.
        if not os.access(path, os.X_OK):
            return None
        site, flags = here()
        number = command_number(argv)
        write(EXEC_RECORD.pack_into, monotonic_ns(), site, number, 0, flags, EXEC)
        return site, flags, number

    def after(state, result, failure):
        if state is not None and failure is not None:  # It lives on as what it was.
            site, flags, number = state
            write(EXEC_RECORD.pack_into, monotonic_ns(), site, number, failure, flags, EXEC)

    return observe(original, before, after)


def _write_spawn(begin, site, flags, command, result, failure):
    pid = result if failure is None else failure
    write(SPAWN_RECORD.pack_into, begin, monotonic_ns(), pid, site, command, flags, SPAWN)


def _posix_spawning(original):
    def before(path, argv, *rest, **keywords):
        site, flags = here()
        group = keywords.get("setsid"), keywords.get("setpgroup")
        return monotonic_ns(), site, flags, command_number(argv), group, keywords.get("file_actions") or ()

    def after(state, result, failure):
        *state, group, actions = state
        _write_spawn(*state, result, failure)
        if failure is None:
            _groups.write_of_spawned(result, *group)
            for action in actions:
                # Only what is put in the place of a standard file is certainly for the program to use, and what is
                # closed in it for us.
                if action[0] == os.POSIX_SPAWN_DUP2 and action[2] in (0, 1, 2):
                    _channels.give(action[1], result, action[2])
                elif action[0] == os.POSIX_SPAWN_CLOSE:
                    _channels.keep(action[1])

    return observe(original, before, after)


def patch_posixsubprocess(module):
    """subprocess, and through it os.popen and asyncio; multiprocessing's spawn."""

    def make(original):
        def before(argv, executables, close_fds, kept, directory, environment, *ends):
            site, flags = here()
            # Of the three pipes' ends those that the child gets: the last two pairs are written by it.
            inherited = _descriptors.inherited_by(close_fds, kept, (ends[0], ends[3], ends[5]))
            # Behind the pipes: restore_signals, start_new_session, and from 3.11 on process_group.
            group = ends[9], ends[10] if sys.version_info >= (3, 11) else None
            return monotonic_ns(), site, flags, command_number(argv), group, inherited, ends[:6]

        def after(state, result, failure):
            begin, site, flags, command, group, inherited, ends = state
            _write_spawn(begin, site, flags, command, result, failure)
            if failure is None:
                _groups.write_of_spawned(result, *group)
                _descriptors.write_inherited(result, inherited, site, flags)
                _give_files(result, ends)

        def fork_exec(*arguments):
            # With a preexec_fn it is an ordinary fork, with its hooks and its warning.
            return call_as(sys._getframe(2), original, arguments, {})

        return observe(fork_exec, before, after)

    wrap_function(module, "fork_exec", make)


def _give_files(child, files):
    child_input, our_output, our_input, child_output, our_errors, child_errors = files
    _channels.give(child_input, child, 0)
    _channels.give(child_output, child, 1)
    _channels.give(child_errors, child, 2)
    # Popen makes file objects of them, whose reads and writes are C's.
    _channels.keep(our_output)
    _channels.keep(our_input)
    _channels.keep(our_errors)


def _system(original):
    def before(command):
        site, flags = here()
        number = command_number(("sh", "-c", command))
        begin = monotonic_ns()
        write(SYSTEM_RECORD.pack_into, begin, 0, 0, site, number, flags | FLAG_BEGIN, SYSTEM)
        return begin, site, flags, number

    def after(state, result, failure):
        begin, site, flags, number = state
        status = result if failure is None else failure
        write(SYSTEM_RECORD.pack_into, begin, monotonic_ns(), status, site, number, flags, SYSTEM)

    return observe(original, before, after)


_WRAPPERS = {
    "execv": _executing,
    "execve": _executing,
    "posix_spawn": _posix_spawning,
    "posix_spawnp": _posix_spawning,
    "system": _system,
}
