"""A lock's gate: who has it, or had it last, and the wait of whoever finds it taken.

Only a lock that is used has one (_lock_parts makes it at the first use): many are made and never used.
"""
from _collections import deque
from _weakref import ref
from itertools import starmap
from time import monotonic_ns

from ._arena import current_writer, process as _process, write
from ._guest import failure_of, guarded
from ._hints import hints_now
from ._objects import number_of
from ._schema import FLAG_BEGIN, HINT_OWNED, LOCK, LOCK_LOCK, LOCK_RECORD, LOCK_RLOCK
from ._sites import here

_pack = LOCK_RECORD.pack_into
_nobody = (None,)
# From so many on the list of used locks is rid of those that died, whenever it has doubled.
_MANY_USED = 1024

# Weak references to the gates of locks that were ever used.
used = []
_tidy_at = _MANY_USED


class Gate(dict):
    """A stand-in's real lock, and who had it last. As a dict it sends whoever did not get the lock at once to wait."""

    __slots__ = ("lock", "try_lock", "holders", "site", "__weakref__")
    how = LOCK_LOCK

    def __missing__(self, taken):
        return wait(self, -1)


class RecursiveGate(Gate):
    __slots__ = ()
    how = LOCK_RLOCK


def gate_from(facts, kind):
    """The gate of the lock of these facts: its first, or where two threads come by at once, the same for both."""
    gate = kind()
    gate[True] = True
    lock = gate.lock = facts["_lock"]
    gate.try_lock = lock.acquire
    gate.site = facts["_site"]
    # The writer of the thread that has it, or had it last; in a tuple where it acquired it by a call.
    gate.holders = deque(_nobody, 1)
    kept = facts.setdefault("_gate", gate)
    if kept is gate:
        used.append(ref(gate))
        if len(used) >= _tidy_at:
            tidy()
    return kept


def tidy():
    global _tidy_at
    used[:] = [reference for reference in used if reference() is not None]
    _tidy_at = max(_MANY_USED, 2 * len(used))


def thread_of(holder):
    """The kernel's id of a holder's thread; 0 where there is none, or it did not come along into this forked child."""
    writer = holder[0] if type(holder) is tuple else holder
    return 0 if writer is None or writer.birth != _process.birth else writer.thread


def _is_owned(gate, holder):
    """Whether nobody but the holder can let go of the lock."""
    return gate.how == LOCK_RLOCK or type(holder) is not tuple


def wait(gate, timeout):
    """Wait for a lock that somebody has. What is acquired when a signal handler raises is let go again."""
    outcome = []
    state = []
    try:
        guarded(_begin, gate, state, timeout)
        outcome.extend(starmap(gate.try_lock, ((True, timeout),)))
        guarded(_end, gate, state, int(outcome[0]))
        if outcome[0]:
            gate.holders.append(current_writer())
        return outcome[0]
    except BaseException as error:
        if outcome and outcome[0]:
            gate.lock.release()
        guarded(_end, gate, state, failure_of(error))
        raise


def _begin(gate, state, timeout):
    site, flags = here()
    number = number_of(gate.lock)
    holder = gate.holders[0]
    hints = hints_now(timeout != -1) | (HINT_OWNED if _is_owned(gate, holder) else 0)
    begin = monotonic_ns()
    write(_pack, begin, 0, number, 0, site, thread_of(holder), gate.how, 0, hints, flags | FLAG_BEGIN, LOCK)
    state += begin, site, flags, number


def _end(gate, state, result):
    if not state:
        return
    begin, site, flags, number = state
    state.clear()
    holder = thread_of(gate.holders[0]) if result == 1 else 0
    write(_pack, begin, monotonic_ns(), number, result, site, holder, gate.how, 0, 0, flags, LOCK)
