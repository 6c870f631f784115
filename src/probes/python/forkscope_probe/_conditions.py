"""Waits of threads for each other that threading's own Python code makes: they all end in Condition.wait.

Event, Semaphore, Barrier, queue.Queue and concurrent.futures wait on a condition of theirs, and wake by it; the
caller's frame says which of them it is. Contended locks are in _lock_gates.
"""
import sys
from time import monotonic_ns

from . import _locks
from ._arena import current_writer, write
from ._futures import worker_of
from ._guest import failure_of, guarded, observe, wrap_method
from ._hints import hints_now
from ._objects import number_of
from ._schema import (
    FLAG_BEGIN, LOCK, LOCK_BARRIER, LOCK_CONDITION, LOCK_EVENT, LOCK_FUTURE, LOCK_QUEUE, LOCK_QUEUE_JOIN,
    LOCK_QUEUE_PUT, LOCK_RECORD, LOCK_SEMAPHORE, WAKE, WAKE_RECORD,
)
from ._sites import here

_pack = LOCK_RECORD.pack_into
_FUTURES = "concurrent.futures._base"
# Modules whose methods wait on a condition that the program does not know.
_MODULES = ("threading", "queue", _FUTURES)
# A queue's conditions, by their attribute.
_QUEUE_WAYS = (("not_empty", LOCK_QUEUE), ("not_full", LOCK_QUEUE_PUT), ("all_tasks_done", LOCK_QUEUE_JOIN))


def patch_condition(module):
    inner = (module.Condition.wait_for.__code__, module.Condition.notify_all.__code__)

    def waited_for(condition, frame):
        """(the object that the program knows, how it waits for it) for the caller of one of the condition's methods."""
        if frame.f_code in inner:
            frame = frame.f_back
        name = frame.f_globals.get("__name__")
        owner = frame.f_locals.get("self", condition) if name in _MODULES else condition
        if owner is condition:
            return condition, LOCK_CONDITION
        if name == "queue":
            ways = [how for attribute, how in _QUEUE_WAYS if getattr(owner, attribute, None) is condition]
            return (owner, ways[0]) if ways else (condition, LOCK_CONDITION)
        if name == _FUTURES:
            return owner, LOCK_FUTURE
        if isinstance(owner, module.Event):
            return owner, LOCK_FUTURE if frame.f_back.f_globals.get("__name__") == _FUTURES else LOCK_EVENT
        if isinstance(owner, module.Barrier):
            return owner, LOCK_BARRIER
        if isinstance(owner, module.Semaphore):
            return owner, LOCK_SEMAPHORE
        return condition, LOCK_CONDITION

    def before(condition, timeout=None):
        writer = current_writer()
        if writer.quiet:
            return None
        thing, how = waited_for(condition, sys._getframe(2))
        holder = worker_of(thing) if how == LOCK_FUTURE else 0
        site, flags = here()
        hints = hints_now(timeout is not None)
        state = monotonic_ns(), number_of(thing), site, holder, how, flags, condition
        write(_pack, state[0], 0, state[1], 0, site, holder, how, 0, hints, flags | FLAG_BEGIN, LOCK)
        return state

    def after(state, result, failure):
        if state is not None:
            begin, number, site, holder, how, flags, condition = state
            code = int(bool(result)) if failure is None else failure
            write(_pack, begin, monotonic_ns(), number, code, site, holder, how, 0, 0, flags, LOCK)
            _locks.acquired_again(condition._lock)

    def wake(condition, count, frame):
        if not condition._is_owned() or _is_thread_start(frame, module):
            return
        thing, how = waited_for(condition, frame)
        site, flags = here()
        count = min(count, len(condition._waiters))
        write(WAKE_RECORD.pack_into, monotonic_ns(), number_of(thing), site, count, how, flags, WAKE)

    def notifying(original):
        def notify(condition, n=1):
            if condition._waiters:
                guarded(wake, condition, n, sys._getframe(1))
            try:
                return original(condition, n)
            except BaseException as error:
                failure_of(error)
                raise

        return notify

    wrap_method(module.Condition, "wait", lambda original: observe(original, before, after))
    wrap_method(module.Condition, "notify", notifying)


def _is_thread_start(frame, module):
    """A new thread says that it runs; the wait for that is none of the program's either."""
    for _ in range(3):
        if frame is None or frame.f_globals.get("__name__") != module.__name__:
            return False
        if frame.f_code.co_name in ("_bootstrap_inner", "_bootstrap"):
            return True
        frame = frame.f_back
    return False
