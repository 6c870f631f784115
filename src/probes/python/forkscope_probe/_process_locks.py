"""multiprocessing's locks and semaphores: where a thread has to wait for them, who holds them, who lets go.

SemLock binds the C semaphore's acquire and release to each object; here it binds ones that first try, so that an acquire
that need not wait writes nothing. The semaphore doesn't say who has it: whoever acquires a lock notes that in a table which
all processes of the run have mapped (see _holders). A semaphore that stands at zero may be waited for, maybe elsewhere:
its release is worth a record.
"""
import sys
from binascii import crc32
from time import monotonic_ns

from . import _arena, _holders
from ._arena import write
from ._guest import disguise, failure_of, guarded, replace
from ._hints import hints_now
from ._schema import (
    FLAG_BEGIN, HINT_OWNED, LOCK, LOCK_PROCESS_CONDITION, LOCK_PROCESS_EVENT, LOCK_PROCESS_LOCK, LOCK_PROCESS_SEMAPHORE,
    LOCK_RECORD, WAKE, WAKE_RECORD,
)
from ._sites import here

_pack = LOCK_RECORD.pack_into
_MODULE = "multiprocessing.synchronize"
# Of a C semaphore's kinds, the one that is recursive.
_RECURSIVE = 0


def patch_synchronize(module):
    make_methods = module.SemLock._make_methods

    def _make_methods(semlock):
        make_methods(semlock)
        if not _arena.process.off:
            guarded(_bind, semlock, isinstance(semlock, (module.Lock, module.RLock)))

    def __enter__(semlock):
        # Not what `acquire` is bound to: a with statement's lock is let go of by its holder alone.
        enter = getattr(semlock.acquire, "_enter", None)
        return semlock._semlock.__enter__() if enter is None else enter()

    replace(module.SemLock, "_make_methods", disguise(_make_methods, make_methods))
    replace(module.SemLock, "__enter__", disguise(__enter__, module.SemLock.__enter__))


def _bind(semlock, is_lock):
    semaphore = semlock._semlock
    acquire, release = (_bind_lock if is_lock else _bind_semaphore)(semaphore, _number_of(semaphore))
    semlock.acquire = disguise(acquire, semaphore.acquire)
    semlock.release = disguise(release, semaphore.release)


def _bind_lock(semaphore, number):
    original, letting_go = semaphore.acquire, semaphore.release
    recursive = semaphore.kind == _RECURSIVE
    slot, tag = _holders.place_of(number)
    tell, ask = _holders.tell, _holders.ask

    def take(block, timeout, owned):
        """The call, and who has the lock when it is done."""
        try:
            if not block or timeout is not None and not timeout > 0:
                taken = original(block, timeout)
                if taken:
                    tell(slot, tag, owned)
                return taken
            if original(False):
                tell(slot, tag, owned)
                return True
            state = []
            guarded(_begin, state, number, LOCK_PROCESS_LOCK, timeout, ask(slot, tag))
        except BaseException as error:
            failure_of(error)
            raise
        try:
            taken = original(block, timeout)
        except BaseException as error:
            guarded(_end, state, failure_of(error), _holders.NOBODY)
            raise
        guarded(_end, state, int(taken), ask(slot, tag) if taken else _holders.NOBODY)
        if taken:
            tell(slot, tag, owned)
        return taken

    def acquire(block=True, timeout=None):
        return take(block, timeout, recursive)

    def release():
        try:
            if not recursive:
                tell(slot, tag, False)
            return letting_go()
        except BaseException as error:
            failure_of(error)
            raise

    acquire._enter = lambda: take(True, None, True)
    return acquire, release


def _bind_semaphore(semaphore, number):
    original, giving = semaphore.acquire, semaphore.release
    is_zero = semaphore._is_zero

    def acquire(block=True, timeout=None):
        try:
            if not block or timeout is not None and not timeout > 0:
                return original(block, timeout)
            if original(False):
                return True
            state = []
            how = _kind_of_wait(sys._getframe(1), "wait")
            guarded(_begin, state, number, how, timeout, _holders.NOBODY)
        except BaseException as error:
            failure_of(error)
            raise
        try:
            taken = original(block, timeout)
        except BaseException as error:
            guarded(_end, state, failure_of(error), _holders.NOBODY)
            raise
        guarded(_end, state, int(taken), _holders.NOBODY)
        return taken

    def release():
        try:
            if is_zero():
                guarded(_wake, number, sys._getframe(1))
            return giving()
        except BaseException as error:
            failure_of(error)
            raise

    return acquire, release


def _number_of(semaphore):
    """One that holds in every process that has this semaphore: made of its name, or of when and by whom it was made."""
    name = getattr(semaphore, "name", None)  # Forked children inherit a nameless one, and with it this number.
    if name:
        return 1 << 63 | crc32(name.encode())
    return _arena.process.id << 40 & 0x7FFFFF << 40 | monotonic_ns() & 0xFFFFFFFFFF


def _begin(state, number, how, timeout, holder):
    site, flags = here()
    begin = monotonic_ns()
    hints = hints_now(timeout is not None) | (HINT_OWNED if holder.owned else 0)
    write(_pack, begin, 0, number, 0, site, holder.thread, how, holder.process, hints, flags | FLAG_BEGIN, LOCK)
    state += begin, number, site, how, flags


def _end(state, result, letter):
    if state:
        begin, number, site, how, flags = state
        write(_pack, begin, monotonic_ns(), number, result, site, letter.thread, how, letter.process, 0, flags, LOCK)


def _wake(number, frame):
    site, flags = here()
    how = _kind_of_wait(frame, "notify")
    write(WAKE_RECORD.pack_into, monotonic_ns(), number, site, 1, how, flags, WAKE)


def _kind_of_wait(frame, function):
    """A Condition waits by a semaphore of its, and an Event by a condition."""
    if frame.f_globals.get("__name__") != _MODULE or frame.f_code.co_name != function:
        return LOCK_PROCESS_SEMAPHORE
    while frame.f_back is not None and frame.f_back.f_globals.get("__name__") == _MODULE:
        frame = frame.f_back
        if type(frame.f_locals.get("self")).__name__ == "Event":
            return LOCK_PROCESS_EVENT
    return LOCK_PROCESS_CONDITION
