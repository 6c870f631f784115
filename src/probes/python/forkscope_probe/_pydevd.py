"""A debugger beside us in the process: pydevd, which debugpy and others are made of. Neither may show in the other.

That a call is the debugger's own says its frame (_sites); here is the rest: how our frames are kept out of its sight, and when it holds a
thread. Nothing here may turn the recorder off, whatever becomes of pydevd.
"""
import os
import sys
from time import monotonic_ns

from ._arena import current_writer, write
from ._guest import failure_of, wrap_method
from ._schema import FLAG_BEGIN, FLAG_DEBUGGER, FLAG_FOREIGN, SLEEP, SLEEP_RECORD, SUSPENDED, SUSPENDED_RECORD
from ._sites import HERE, place_of

_pack = SUSPENDED_RECORD.pack_into


def patch_constants(module):
    """Let pydevd take our frames for its own: it shows them in no call stack and steps over them.

    Else it takes them for the user's, since we are neither in the standard library nor installed. pydevd.py imports this
    tuple by name, later; what begins with a word of it, a file's path or name, is nobody's business.
    """
    # A first word of the debugger's: from now on what an observer sees before we tell of it may be the debugger's (src/model/hidden.ts).
    now = monotonic_ns()
    write(SLEEP_RECORD.pack_into, now, now, 0, 0, FLAG_FOREIGN | FLAG_DEBUGGER, SLEEP)
    names = getattr(module, "IGNORE_BASENAMES_STARTING_WITH", None)
    if type(names) is tuple:
        module.IGNORE_BASENAMES_STARTING_WITH = (*names, *{HERE, os.path.realpath(HERE) + os.sep})


def patch_debugger(module):
    _patch_class(vars(module).get("PyDB"))


def patch_main(module):
    """A child process is started with pydevd.py as its program: it is never imported, and asks for this module before anything else."""
    main = sys.modules.get("__main__")
    _patch_class(vars(main).get("PyDB") if main is not None else None)


def _patch_class(debugger):
    if isinstance(debugger, type) and not hasattr(vars(debugger).get("_do_wait_suspend"), "__wrapped__"):
        wrap_method(debugger, "_do_wait_suspend", _suspending)


def _suspending(original):
    """Where a thread stands still in the debugger, until it is let go."""
    code = getattr(original, "__code__", None)

    def _do_wait_suspend(*arguments, **keywords):
        begun = None
        try:
            if sys._getframe(1).f_code is not code:  # One that is held on calls it again in itself.
                begun = _begin(arguments[2])  # Behind the debugger and the thread: the frame that is held.
        except Exception:
            pass
        try:
            return original(*arguments, **keywords)
        except BaseException as error:
            failure_of(error)
            raise
        finally:
            if begun is not None:
                try:
                    _end(*begun)
                except Exception:
                    pass
            arguments = keywords = begun = None

    return _do_wait_suspend


def _begin(frame):
    writer = current_writer()
    site, flags = place_of(frame)
    begin = monotonic_ns()
    write(_pack, begin, 0, site, flags | FLAG_BEGIN, SUSPENDED)
    writer.quiet += 1  # How it waits meanwhile is the debugger's affair: it asks a hundred times a second.
    return writer, writer.birth, begin, site, flags


def _end(writer, birth, begin, site, flags):
    if writer.birth != birth:
        return  # What a person asked the held thread to do has forked: the child's writer is as new.
    writer.quiet -= 1
    write(_pack, begin, monotonic_ns(), site, flags, SUSPENDED)
