"""What the probe can't see of its own process: told where it begins, so that nobody takes silence for idleness.

Told is that something is in use, not that it is installed: a hub or a loop that was made, a subinterpreter. Of an
extension that talks to the network by itself only its import is known.
"""
from time import monotonic_ns

from ._arena import write
from ._guest import observe, wrap_function, wrap_method
from ._schema import GAP, GAP_EVENTLET, GAP_FREE_THREADED, GAP_GEVENT, GAP_LIBRARY, GAP_RECORD, GAP_SUBINTERPRETER, GAP_UVLOOP
from ._text import text_number

# What has been told. A forked child has its parent's gaps, and the readers know that.
_told = set()


def tell(what, detail=""):
    if (what, detail) not in _told:
        _told.add((what, detail))
        write(GAP_RECORD.pack_into, monotonic_ns(), text_number(detail) if detail else 0, what, 0, GAP)


def patch_gevent(module):
    _tell_when_made(module, "Hub", GAP_GEVENT)


def patch_eventlet(module):
    _tell_when_made(module, "BaseHub", GAP_EVENTLET)


def patch_uvloop(module):
    _tell_when_made(module, "Loop", GAP_UVLOOP)


def patch_interpreters(module):
    wrap_function(module, "create", lambda original: observe(original, _nothing, _made_interpreter))


def found_library(module):
    tell(GAP_LIBRARY, module.__name__.partition(".")[0])


def _tell_when_made(module, name, what):
    owner = getattr(module, name, None)
    if isinstance(owner, type):
        wrap_method(owner, "__init__", lambda original: observe(original, _nothing, lambda *_: tell(what)))


def _nothing(*arguments, **keywords):
    pass


def _made_interpreter(state, result, failure):
    if failure is None:
        tell(GAP_SUBINTERPRETER)
