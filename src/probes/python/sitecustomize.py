"""Loads the Forkscope probe into every Python of a traced run, then gives way to the user's own sitecustomize.

This folder stands first on PYTHONPATH, so `site` finds this file and runs it before the program. Whoever looks
afterwards must find the interpreter as it would be without us: our folder is off sys.path (it stays in the
environment, for the grandchildren), and the import of the user's sitecustomize, or the ImportError where there is
none, happens here exactly as `site` expects it. Any interpreter may come by, so this file must run on all of them.

The variable in the environment outlives the run it was made for (a daemon's children, a copied environment), so it
counts only while the supervisor that wrote the lease is alive. Nothing else is loaded before that is known.
"""
import os
import sys

_LEASE = "lease"
_VARIABLE = "FORKSCOPE_RUN"


def _leave_path():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    return here


def _load_probe(here):
    folder = os.environ.get(_VARIABLE, "")
    if not os.path.isabs(folder) or sys.version_info < (3, 8) or sys.implementation.name != "cpython":
        return
    # Our own bytecode is written whatever the program wants for its: compiling anew would delay every start.
    no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    sys.path.insert(0, here)
    try:
        if no_bytecode:
            __spec__.loader.get_code(__name__)  # This very file's was not; where it is there, that is 0.1 ms.
        if not _is_main_interpreter() or not _lease_holds(folder):
            return
        from forkscope_probe import begin
        sys.path.remove(here)
        begin(folder)
    finally:
        sys.dont_write_bytecode = no_bytecode
        if here in sys.path:
            sys.path.remove(here)


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


_here = _leave_path()
try:
    _load_probe(_here)
except Exception:
    pass  # A guest that can't come in stays outside, without a word.
sys.path_importer_cache.pop(_here, None)
sys.modules.pop("sitecustomize", None)
import sitecustomize  # noqa: E402,F401  The user's, or the ImportError that `site` knows how to take.
