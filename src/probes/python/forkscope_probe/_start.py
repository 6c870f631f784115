"""Decides whether the probe runs in this interpreter, and starts it.

The variable in the environment outlives the run it was made for (a daemon's children, a copied environment), so it
counts only while the supervisor that wrote the lease is alive. Everything expensive is imported after that decision.
"""
import os
import sys

_LEASE = "lease"
_VARIABLE = "FORKSCOPE_RUN"
_started = False


def start():
    """Start the probe, once, if this interpreter is to be recorded."""
    global _started
    folder = os.environ.get(_VARIABLE, "")
    if _started or not os.path.isabs(folder) or not _is_main_interpreter() or not _lease_holds(folder):
        return
    command = _command()
    if _is_resource_tracker(command):
        return
    _started = True
    from . import bring

    bring("start")
    from . import _arena, _by_number, _channels, _descriptors, _imports, _leaving, _process, _subprocess, _waits

    _arena.open_arena(folder)
    _process.begin_image(command)
    _descriptors.tell_inherited()
    _process.install()
    _subprocess.install()
    _channels.install()
    _by_number.install()
    _leaving.install()
    _waits.install()
    _imports.install()
    if hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled():  # 3.13
        from . import _gaps

        _gaps.tell(_gaps.GAP_FREE_THREADED)


def _is_main_interpreter():
    """Subinterpreters run `site` again in the same process; one probe is enough."""
    import _signal

    try:
        # Python/Modules/signalmodule.c: refused outside the main thread of the main interpreter. At start-up there
        # is no wake-up descriptor, so -1 changes nothing.
        _signal.set_wakeup_fd(-1)
    except ValueError:
        return False
    return True


def _lease_holds(folder):
    lease = _read(os.path.join(folder, _LEASE))
    try:
        process, _, started = lease.decode("ascii").strip().partition(" ")
        process = int(process)
    except ValueError:
        return False
    status = _read("/proc/%d/stat" % process)
    if status:
        # proc_pid_stat(5): the name in parentheses may hold anything; the start time is field 22, state is field 3.
        fields = status[status.rindex(b")") + 2:].split()
        return fields[19].decode("ascii") == started
    if os.path.exists("/proc/self/stat"):
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _read(path):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _command():
    """The arguments the process was started with, the interpreter's own options among them."""
    arguments = getattr(sys, "orig_argv", None)  # 3.10
    if arguments:
        return arguments
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(argument) for argument in file.read().split(b"\0")[:-1]]
    except OSError:
        return [sys.executable] + sys.argv


def _is_resource_tracker(command):
    """multiprocessing's resource tracker is the library's, not the program's: it must outlive and outwait everyone."""
    return any(argument.startswith("from multiprocessing.resource_tracker import main") for argument in command)
