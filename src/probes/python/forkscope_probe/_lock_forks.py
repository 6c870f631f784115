"""Locks at a fork: those that other threads have then, and that nobody will ever let go of in the child."""
from _weakref import ref
from time import monotonic_ns

from ._arena import current_writer, process as _process, write
from ._guest import guarded
from ._lock_gates import thread_of, tidy, used
from ._objects import number_of
from ._schema import HELD_AT_FORK, HELD_AT_FORK_RECORD, LOCK_LOCK, LOCK_RESET, LOCK_RESET_RECORD

# More locks than this are not looked through at a fork.
_MOST_AT_FORK = 4096
# Number → weak reference to the gate: the locks that other threads had at the last fork; and in which process that was.
lost_at_fork = {}
_forked_in = 0


def write_held():
    """Before a fork."""
    global _forked_in
    lost_at_fork.clear()
    _forked_in = _process.birth
    if len(used) > _MOST_AT_FORK:
        tidy()
        if len(used) > _MOST_AT_FORK:
            return
    me = current_writer()
    for reference in list(used):
        gate = reference()
        if gate is None or not _is_locked(gate):
            continue
        holder = gate.holders[0]
        if holder is me or type(holder) is tuple and holder[0] is me:
            continue
        site, flags = gate.site
        number, how = number_of(gate.lock), gate.how
        lost_at_fork[number] = ref(gate, lambda _, number=number, how=how: guarded(write_reset, number, how))
        write(HELD_AT_FORK_RECORD.pack_into, monotonic_ns(), number, site, thread_of(holder), how, flags, HELD_AT_FORK)


def write_reset(number, how):
    """A forked child makes a lock of its parent's anew (logging's, a pool's), or drops it."""
    if lost_at_fork.pop(number, None) is not None and _forked_in != _process.birth:
        write(LOCK_RESET_RECORD.pack_into, monotonic_ns(), number, how, 0, LOCK_RESET)


def _is_locked(gate):
    if gate.how == LOCK_LOCK:
        return gate.lock.locked()
    return repr(gate.lock).startswith("<locked")  # An RLock tells it nowhere else before 3.14.
