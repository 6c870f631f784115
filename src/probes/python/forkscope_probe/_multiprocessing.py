"""multiprocessing: the name a process was given, what it runs, and who started it.

The kernel's parent is not always that: under forkserver it is the server. Every start method ends in
BaseProcess._bootstrap in the child, and there the child says it itself. The library's own helpers never come by.

Its queues are a pipe, a lock for those who read, and a thread that feeds the pipe: a get waits for one of the three, and
is recorded as a wait for what comes through the pipe.
"""
import sys
from time import monotonic_ns

from . import _channels
from ._arena import write
from ._guest import observe, wrap_method
from ._schema import CHANNEL_END_READING, CHANNEL_END_WRITING, MULTIPROCESSING, MULTIPROCESSING_RECORD
from ._text import text_number
from ._threads import qualified_name


def patch_process(module):
    base = module.BaseProcess
    plain_run = base.run

    def make(original):
        def before(process, *arguments, **keywords):
            _write_process(process, plain_run)

        return observe(original, before, lambda state, result, failure: None)

    wrap_method(base, "_bootstrap", make)


def _write_process(process, plain_run):
    run = type(process).run
    target = process._target if run is plain_run else run
    write(
        MULTIPROCESSING_RECORD.pack_into, monotonic_ns(), text_number(process.name),
        text_number(qualified_name(target)), process._parent_pid or 0, text_number(_start_method(process)),
        int(bool(process.daemon)), 0, MULTIPROCESSING,
    )


def _start_method(process):
    method = getattr(process, "_start_method", None)  # Of a context's own class; the general one has None.
    if method is None and "multiprocessing" in sys.modules:
        method = sys.modules["multiprocessing"].get_start_method(allow_none=True)
    return method or ""


# ── queues ────────────────────────────────────────────────────────────────────────────────────────────────────


def patch_queues(module):
    for cls in (module.Queue, module.JoinableQueue, module.SimpleQueue):
        for name, side, end, is_timed in _CALLS:
            if name in vars(cls):
                wrap_method(cls, name, _channels.waiting(_handle_of(side), end, is_timed))


def _handle_of(side):
    def handle(queue, *arguments, **keywords):
        handle = getattr(getattr(queue, side, None), "_handle", None)
        return -1 if handle is None else handle

    return handle


def _get_is_timed(queue, block=True, timeout=None):
    return not block or timeout is not None


def _put_is_timed(queue, thing, block=True, timeout=None):
    return not block or timeout is not None


# A queue's methods, the end of its pipe that they are about, and whether such a call ends by itself.
_CALLS = (
    ("get", "_reader", CHANNEL_END_READING, _get_is_timed),
    ("put", "_writer", CHANNEL_END_WRITING, _put_is_timed),
    ("join", "_writer", CHANNEL_END_WRITING, lambda queue: False),
)
