"""multiprocessing's locks and semaphores, where a thread has to wait for them.

SemLock binds the C semaphore's acquire to each object; here it binds one that first tries, so that an acquire that
need not wait writes nothing. Which process holds such a lock is known to nobody: the semaphore doesn't say.
"""
import sys
from binascii import crc32
from time import monotonic_ns

from . import _arena
from ._arena import write
from ._guest import disguise, failure_of, guarded, replace
from ._schema import (
    FLAG_BEGIN, LOCK, LOCK_PROCESS_CONDITION, LOCK_PROCESS_EVENT, LOCK_PROCESS_LOCK, LOCK_PROCESS_SEMAPHORE,
    LOCK_RECORD,
)
from ._sites import here

_pack = LOCK_RECORD.pack_into
_MODULE = "multiprocessing.synchronize"
# Of a C semaphore's kinds, the one that is no lock.
_LARGEST_LOCK = 1


def patch_synchronize(module):
    make_methods = module.SemLock._make_methods

    def _make_methods(semlock):
        make_methods(semlock)
        if not _arena.process.off:
            guarded(_bind, semlock)

    def __enter__(semlock):
        return semlock.acquire()

    replace(module.SemLock, "_make_methods", disguise(_make_methods, make_methods))
    replace(module.SemLock, "__enter__", disguise(__enter__, module.SemLock.__enter__))


def _bind(semlock):
    original = semlock._semlock.acquire
    number = _number_of(semlock._semlock)
    kind = LOCK_PROCESS_LOCK if semlock._semlock.maxvalue == _LARGEST_LOCK else LOCK_PROCESS_SEMAPHORE

    def acquire(block=True, timeout=None):
        try:
            if not block or timeout is not None and not timeout > 0:
                return original(block, timeout)
            if original(False):
                return True
            state = []
            guarded(_begin, state, number, kind, sys._getframe(1))
        except BaseException as error:
            failure_of(error)
            raise
        try:
            taken = original(block, timeout)
        except BaseException as error:
            guarded(_end, state, failure_of(error))
            raise
        guarded(_end, state, int(taken))
        return taken

    semlock.acquire = disguise(acquire, original)


def _number_of(semaphore):
    """One that holds in every process that has this semaphore: made of its name, or of when and by whom it was made."""
    name = getattr(semaphore, "name", None)  # Forked children inherit a nameless one, and with it this number.
    if name:
        return 1 << 63 | crc32(name.encode())
    return _arena.process.id << 40 & 0x7FFFFF << 40 | monotonic_ns() & 0xFFFFFFFFFF


def _begin(state, number, kind, frame):
    how = _kind_of_wait(frame, kind)
    site, flags = here()
    begin = monotonic_ns()
    write(_pack, begin, 0, number, 0, site, 0, how, flags | FLAG_BEGIN, LOCK)
    state += begin, number, site, how, flags


def _end(state, result):
    if state:
        begin, number, site, how, flags = state
        write(_pack, begin, monotonic_ns(), number, result, site, 0, how, flags, LOCK)


def _kind_of_wait(frame, kind):
    """A Condition waits by a semaphore of its, and an Event by a condition."""
    if frame.f_globals.get("__name__") != _MODULE or frame.f_code.co_name != "wait":
        return kind
    while frame.f_back is not None and frame.f_back.f_globals.get("__name__") == _MODULE:
        frame = frame.f_back
        if type(frame.f_locals.get("self")).__name__ == "Event":
            return LOCK_PROCESS_EVENT
    return LOCK_PROCESS_CONDITION


