"""With which status a process leaves by sys.exit: nobody but its parent is told, and an orphan's parent is gone.

Whether a SystemExit ends the process or is caught on its way can't be seen when it is raised. But the exception keeps the
frame of our wrapper, and that an object of ours, until it has done its work: where that object dies in the main thread
with no Python code beneath it, it is the interpreter that has taken the exception, to end with its status.

A SystemExit that the program raises itself does not pass here: _orphans finds its status.
"""
import sys
from _thread import get_native_id

from . import _arena
from ._guest import wrap_function
from ._tracebacks import install_hooks

_UNKNOWN = -1
# (process, status) of the exception that ends it.
_taken = None


def install():
    wrap_function(sys, "exit", _exiting)


def status_of(process):
    """The status that the process leaves with, -1 where unknown."""
    return _taken[1] if _taken is not None and _taken[0] == process else _UNKNOWN


class _Leaving:
    __slots__ = ("status",)

    def __init__(self, status):
        self.status = status

    def __del__(self, frame_of=sys._getframe, thread=get_native_id):
        global _taken
        try:
            frame_of(1)
        except ValueError:
            process = _arena.process.id
            if thread() == process:
                _taken = process, self.status
        except Exception:
            pass


def _exiting(original):
    def exit(*arguments):
        leaving = _Leaving(_status(*arguments))  # noqa: F841  Lives as long as this frame.
        try:
            original(*arguments)
        except BaseException:
            install_hooks()  # And not failure_of, which may take this frame out of the traceback.
            raise

    return exit


def _status(code=None, *more):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    return 1 if isinstance(code, str) else _UNKNOWN
