"""Lock and RLock, where a thread has to wait for them, and who holds them.

Both are C types whose methods can't be replaced, so what threading.Lock and threading.RLock make is a stand-in around a
real one, whoever asks: a logging handler's lock or a queue's mutex takes part in a deadlock as the program's own do. Locks
that were made before threading was imported, or by _thread.allocate_lock, stay what they are (importlib's), and so do
those of a Thread's own life.

A with statement must stay safe from signals: whatever a handler raises, the lock is either held by the block or
free. A Python method can't promise that, since a handler may run on its first instruction. So what is called is
built from C iterators, whose __next__ is one call for the interpreter:

    __enter__   try the lock ── taken: True ──┬── remember who has it ── True
                      └── not: Gate.__missing__ (Python: records, and waits)
    __exit__    the real lock's own
    acquire     the same, but what is remembered is (who has it,): any thread may let go of it, not only who took it
    release     remember who lets go ── the real lock's own

Whoever acquires by a with statement lets go by it too, and of an RLock it can be nobody else: only such a lock is surely
stuck when its holder is (HINT_OWNED).

What a stand-in says that it is: _lock_types; what is called of it: _lock_parts. Who has it, and the wait for it: _lock_gates.
Who wanted it: _lock_makers. What becomes of it in a forked child: _lock_forks.
"""
import _thread
import sys

from ._arena import current_writer, process as _process
from ._guest import StandIn, make_stand_in, replace, wrap_function
from ._lock_makers import ignore_locks_of, inner, passed_by, place_of_maker
from ._lock_parts import make_class
from ._lock_types import StandInType
from ._process import call_as
from ._schema import LOCK_LOCK, LOCK_RLOCK
from ._sites import places

_frame = sys._getframe


def acquired_again(lock):
    """The calling thread has the lock again after a condition's wait."""
    if isinstance(type(lock), StandInType):
        lock._gate.holders.append(current_writer())


class _AllocateLock(StandIn):
    """_thread.allocate_lock, which its name leads to, stays the real one: a manager's registry pickles this."""

    __slots__ = ()

    def __reduce__(self):
        return max, ((self.__wrapped__,),)


def patch_locks(module):
    """threading.Lock, which is a function up to 3.12 and the class from then on, and threading.RLock, a function."""
    passed_by(module)
    ignore_locks_of(module.Thread.__init__)
    ignore_locks_of(module._after_fork)
    original = module.Lock
    native = type(original())
    # The classes are made for the first lock that is a stand-in: that takes 0.1 ms each.
    lock_class = rlock_class = None

    def allocate_lock(*arguments, **keywords):
        nonlocal lock_class
        frame = _frame(1)
        place = places.get((id(frame.f_code), frame.f_lasti))
        if place is None or _process.off:
            place = place_of_maker(frame)
        if arguments or keywords or place is None:
            return original(*arguments, **keywords)
        if lock_class is None:
            lock_class = make_class(native, original, LOCK_LOCK, ("acquire_lock",))
        return (lock_class._make_for_condition if id(frame.f_globals) in inner else lock_class._make)(place)

    if original is native:
        lock_class = make_class(native, original, LOCK_LOCK, ("acquire_lock",))
        for owner, name in ((module, "Lock"), (_thread, "lock"), (_thread, "LockType")):
            replace(owner, name, lock_class)  # All of them, so that pickle finds the class where its name says.
    else:
        replace(module, "Lock", make_stand_in(allocate_lock, original, _AllocateLock))

    native_rlock = module._CRLock
    if native_rlock is None:
        return

    def making(original):
        def RLock(*arguments, **keywords):
            nonlocal rlock_class
            caller = _frame(1)
            if arguments or keywords:
                return call_as(caller, original, arguments, keywords)  # Arguments are worth a warning from 3.13 on.
            place = place_of_maker(caller)
            if place is None or module._CRLock is not native_rlock:
                return original()  # threading makes one in every forked child.
            if rlock_class is None:
                rlock_class = make_class(native_rlock, native_rlock, LOCK_RLOCK)
            return (rlock_class._make_for_condition if id(caller.f_globals) in inner else rlock_class._make)(place)

        return RLock

    wrap_function(module, "RLock", making)
