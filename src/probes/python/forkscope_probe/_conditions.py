"""Waits of threads for each other that threading's own Python code makes: they all end in Condition.wait.

Event, Semaphore, Barrier and queue.Queue wait on a condition of theirs; the caller's code says which of them it is.
What can't be seen from here is a contended Lock or RLock: those are C objects whose acquire no Python code can replace
without the program noticing.
"""
import sys
from time import monotonic_ns

from ._arena import current_writer, write
from ._guest import observe, wrap_method
from ._schema import (
    FLAG_BEGIN, LOCK, LOCK_BARRIER, LOCK_CONDITION, LOCK_EVENT, LOCK_QUEUE, LOCK_RECORD, LOCK_SEMAPHORE,
)
from ._sites import here

_pack = LOCK_RECORD.pack_into

# By the calling module and function.
_HOW = {
    ("threading", "_enter"): LOCK_BARRIER,
    ("threading", "_wait"): LOCK_BARRIER,
    ("threading", "acquire"): LOCK_SEMAPHORE,
    ("queue", "get"): LOCK_QUEUE,
    ("queue", "put"): LOCK_QUEUE,
    ("queue", "join"): LOCK_QUEUE,
}


def patch_condition(module):
    event_wait = module.Event.wait.__code__
    wait_for = module.Condition.wait_for.__code__

    def before(condition, timeout=None):
        writer = current_writer()
        if writer.quiet:
            return None
        caller = sys._getframe(2)
        if caller.f_code is wait_for:
            caller = caller.f_back
        if caller.f_code is event_wait:
            how = LOCK_EVENT
        else:
            how = _HOW.get((caller.f_globals.get("__name__"), caller.f_code.co_name), LOCK_CONDITION)
        waited_for = condition if how == LOCK_CONDITION else caller.f_locals.get("self", condition)
        site, flags = here()
        state = monotonic_ns(), id(waited_for), site, how, flags
        begin, address, site, how, flags = state
        write(_pack, begin, 0, address, 0, site, 0, how, flags | FLAG_BEGIN, LOCK)
        return state

    def after(state, result, failure):
        if state is not None:
            begin, address, site, how, flags = state
            number = int(bool(result)) if failure is None else failure
            write(_pack, begin, monotonic_ns(), address, number, site, 0, how, flags, LOCK)

    wrap_method(module.Condition, "wait", lambda original: observe(original, before, after))
