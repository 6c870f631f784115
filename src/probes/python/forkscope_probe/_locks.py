"""Lock and RLock, where a thread has to wait for them, and who holds them.

Both are C types whose methods can't be replaced, so a lock that the program's own code makes is a stand-in around a
real one; locks that the standard library or a package makes for itself stay what they are.

A with statement must stay safe from signals: whatever a handler raises, the lock is either held by the block or
free. A Python method can't promise that, since a handler may run on its first instruction. So what is called is
built from C iterators, whose __next__ is one call for the interpreter:

    __enter__   try the lock ── taken: True ──┬── remember who has it ── True
                      └── not: _Gate.__missing__ (Python: records, and waits)
    __exit__    the real lock's own
    release     remember who lets go ── the real lock's own

A special method is looked up on the type, so __enter__ is a property there, of C too, that reads a slot with the lock's
own callable. Most locks that a program makes in numbers (one per request, per future) are never contended and many
never used: making one only stores the real lock and the line that made it. The rest is set up by __getattr__, which the
interpreter asks for a slot that is still empty: before the lock is tried, so that a signal's exception there takes none.
"""
import _thread
import sys
from _weakref import ref
from _collections import deque
from itertools import repeat, starmap
from _operator import attrgetter
from time import monotonic_ns

from ._arena import current_writer, local, process as _process, write
from ._guest import StandIn, disguise, failure_of, guarded, make_stand_in, replace, wrap_function
from ._objects import number_of
from ._process import call_as
from ._schema import FLAG_BEGIN, HELD_AT_FORK, HELD_AT_FORK_RECORD, LOCK, LOCK_LOCK, LOCK_RECORD, LOCK_RLOCK
from ._sites import here, is_users, place_of, places

_pack = LOCK_RECORD.pack_into
_first = {True: True}.get  # (True, anything) → True
_second = {}.get  # (None, anything) → anything
# For every lock: iterators without an end, and without a state that threads could get wrong.
_at_once = repeat((False,))
_no_arguments = repeat(())
_writers = starmap(getattr, repeat((local, "writer", None)))
_frame = sys._getframe
_LONGEST = 1e6
_FOREVER = -1
# More locks than this are not looked through at a fork.
_MOST_AT_FORK = 4096

# id(gate) → weak reference: the locks that were ever used.
_gates = {}


class _Gate(dict):
    """A stand-in's real lock, and who had it last. As a dict it sends whoever did not get the lock at once to wait."""

    __slots__ = ("lock", "try_lock", "unlock", "holders", "how", "site", "__weakref__")

    def __missing__(self, taken):
        return _wait(self, -1)


def _open_gate(lock, how, site):
    gate = _Gate({True: True})
    gate.lock = lock
    gate.try_lock = lock.acquire
    gate.unlock = lock.release
    gate.how = how
    gate.site = site
    # The writer of the thread that has it, or had it last.
    gate.holders = deque((None,), 1)
    number = id(gate)
    _gates[number] = ref(gate, lambda _, forget=_gates.pop: forget(number, None))
    return gate


def _remembering(gate):
    return map(gate.holders.append, _writers)


def _thread_of(writer):
    """The kernel's id of a writer's thread; 0 where there is none, or it did not come along into this forked child."""
    return 0 if writer is None or writer.birth != _process.birth else writer.thread


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────────────────


def _wait(gate, timeout):
    """Wait for a lock that somebody has. What is acquired when a signal handler raises is let go again."""
    outcome = []
    state = []
    try:
        guarded(_begin, gate, state)
        outcome.extend(starmap(gate.try_lock, ((True, timeout),)))
        guarded(_end, gate, state, int(outcome[0]))
        if outcome[0]:
            gate.holders.append(current_writer())
        return outcome[0]
    except BaseException as error:
        if outcome and outcome[0]:
            gate.unlock()
        guarded(_end, gate, state, failure_of(error))
        raise


def _begin(gate, state):
    site, flags = here()
    number = number_of(gate.lock)
    begin = monotonic_ns()
    write(_pack, begin, 0, number, 0, site, _thread_of(gate.holders[0]), gate.how, flags | FLAG_BEGIN, LOCK)
    state += begin, site, flags, number


def _end(gate, state, result):
    if not state:
        return
    begin, site, flags, number = state
    state.clear()
    holder = _thread_of(gate.holders[0]) if result == 1 else 0
    write(_pack, begin, monotonic_ns(), number, result, site, holder, gate.how, flags, LOCK)


def acquired_again(lock):
    """The calling thread has the lock again after a condition's wait."""
    if isinstance(type(lock), _Type):
        lock._gate.holders.append(current_writer())


def write_held():
    """Before a fork: the locks that other threads have, and that nobody will ever let go of in the child."""
    if len(_gates) > _MOST_AT_FORK:
        return
    me = current_writer()
    for reference in list(_gates.values()):
        gate = reference()
        if gate is None or gate.holders[0] is me or not _is_locked(gate):
            continue
        site, flags = gate.site
        holder = _thread_of(gate.holders[0])
        write(
            HELD_AT_FORK_RECORD.pack_into, monotonic_ns(), number_of(gate.lock), site, holder, gate.how, flags,
            HELD_AT_FORK,
        )


def _is_locked(gate):
    if gate.how == LOCK_LOCK:
        return gate.lock.locked()
    return repr(gate.lock).startswith("<locked")  # An RLock tells it nowhere else before 3.14.


# ── the stand-ins ─────────────────────────────────────────────────────────────────────────────────────────────


class _Type(type):
    """The class of a stand-in's class, which passes for the real lock's class."""

    def __new__(mcs, name, bases, members):
        native = tuple(getattr(base, "_native", base) if isinstance(base, _Type) else base for base in bases)
        if any(one is not other for one, other in zip(native, bases)):
            return type(name, native, members)  # A subclass of the program's is one of the real class.
        return type.__new__(mcs, name, bases, members)

    def __call__(cls, *arguments, **keywords):
        place = _place_of_wanted(_frame(1))
        if arguments or keywords or place is None or not cls._is_callable:
            return cls._native(*arguments, **keywords)
        return cls._make(place)

    def __instancecheck__(cls, instance):
        return isinstance(instance, cls._native)

    def __subclasscheck__(cls, subclass):
        return subclass is cls or issubclass(subclass, cls._native)

    def __eq__(cls, other):
        return other is cls or other is cls._native

    def __hash__(cls):
        return hash(cls._native)

    @property
    def __signature__(cls):
        return sys.modules["inspect"].signature(cls._native)


def _forward(name):
    """What the class says that one of its slots is: type(lock).__enter__(lock) is how contextlib.ExitStack calls."""

    def called(self, *arguments, **keywords):
        return getattr(self, name)(*arguments, **keywords)

    called.__name__ = name
    return property(lambda cls: called)


def _place_of_wanted(frame):
    """(site, flags) of a frame that makes a lock; None where the lock is to be a real one."""
    if _process.off:
        return None
    place = places.get((id(frame.f_code), frame.f_lasti))
    if place is not None and not place[1]:
        return place  # Of no other frame than the user's has a place no flags.
    return place_of(frame) if is_users(frame.f_code) else None


def _acquire(self, blocking=True, timeout=-1):
    gate = self._gate
    waits = blocking is True or type(blocking) is int and blocking
    kind = type(timeout)
    if waits and kind is int and timeout == -1:
        return self._enter()
    if waits and (kind is int or kind is float) and 0 < timeout < _LONGEST:
        if not gate.try_lock(False):
            return _wait(gate, timeout)
        taken = True
    else:
        try:
            taken = gate.try_lock(blocking, timeout)
        except BaseException as error:
            failure_of(error)
            raise
    if taken:
        gate.holders.append(current_writer())
    return taken


def _make_class(native, create, how, handed_on, aliases=()):
    """A class of stand-ins for the native class. `handed_on`: methods that each stand-in has from its real lock."""
    named = [name for name in handed_on if hasattr(native, name)]
    metaclass = type("type", (_Type,), {name: _forward(name) for name in ("__enter__", "__exit__", *named)})

    def make(place):
        lock = create()
        self = new(made)
        set_made(self, {"lock": lock, "site": place})
        set_exit(self, lock.__exit__)
        return self

    def set_up(self):
        """The callables that remember who has the lock. Where two threads come by at once, both find the same."""
        facts = get_made(self)
        own = facts.get("own")
        if own is None:
            lock = facts["lock"]
            gate = _open_gate(lock, how, facts["site"])
            taking = map(gate.__getitem__, starmap(lock.acquire, _at_once))
            own = {"_gate": gate, "_enter": map(_first, taking, _remembering(gate)).__next__}
            if how == LOCK_LOCK:  # Which any thread may release, and not just the one that acquired it.
                releasing = map(_second, _remembering(gate), starmap(lock.release, _no_arguments)).__next__
                own["release"] = own["release_lock"] = releasing
            own = facts.setdefault("own", own)
        for name, value in own.items():
            slots[name].__set__(self, value)
        return own

    def __getattr__(self, name):
        try:
            if name in lazy:
                return set_up(self)[name]
            value = getattr(get_made(self)["lock"], name)
            if name in handed_on:
                slots[name].__set__(self, value)
            return value
        except BaseException as error:
            failure_of(error)
            raise

    def __setattr__(self, name, value):
        try:
            setattr(get_made(self)["lock"], name, value)
        except BaseException as error:
            failure_of(error)
            raise

    def __repr__(self):
        lock = get_made(self)["lock"]
        return repr(lock).replace(hex(id(lock)), hex(id(self)))

    members = {
        "__slots__": ("_made", "_gate", "_enter", "__exit__", "__weakref__", *named),
        "__module__": native.__module__,
        "__qualname__": native.__qualname__,
        "__doc__": native.__doc__,
        "__enter__": property(attrgetter("_enter")),
        "__getattr__": __getattr__,
        "__setattr__": __setattr__,
        "__repr__": __repr__,
        "__class__": property(lambda self: native),
        "__reduce_ex__": lambda self, protocol: get_made(self)["lock"].__reduce_ex__(protocol),
        "__dir__": lambda self: dir(get_made(self)["lock"]),
        "__sizeof__": lambda self: get_made(self)["lock"].__sizeof__(),
        "_native": native,
        "_is_callable": create is native,
        "_make": staticmethod(make),
    }
    for name in ("acquire", *aliases):
        if hasattr(native, name):
            members[name] = _named(name, native)
    made = metaclass(native.__name__, (), members)
    slots = vars(made)
    new = object.__new__
    get_made, set_made, set_exit = slots["_made"].__get__, slots["_made"].__set__, slots["__exit__"].__set__
    lazy = {"_gate", "_enter", "release", "release_lock"} if how == LOCK_LOCK else {"_gate", "_enter"}
    return made


def _named(name, native):
    def acquire(self, blocking=True, timeout=_FOREVER):
        if blocking is True and timeout is _FOREVER:
            return self._enter()
        return _acquire(self, blocking, timeout)

    return disguise(acquire, getattr(native, name))


_OF_RLOCKS = (
    "release", "locked", "_is_owned", "_acquire_restore", "_release_save", "_recursion_count", "_at_fork_reinit",
)


class _AllocateLock(StandIn):
    """_thread.allocate_lock, which its name leads to, stays the real one: a manager's registry pickles this."""

    __slots__ = ()

    def __reduce__(self):
        return max, ((self.__wrapped__,),)


def patch_locks(module):
    """threading.Lock, which is a function up to 3.12 and the class from then on, and threading.RLock, a function."""
    original = module.Lock
    native, own = type(original()), vars(module)
    handed_on = ("release", "release_lock", "locked", "locked_lock", "_at_fork_reinit")
    # The classes are made for the first lock of the program's own: that takes 0.1 ms each.
    make_lock = make_rlock = None

    def allocate_lock(*arguments, **keywords):
        nonlocal make_lock
        caller = _frame(1)
        # threading's own locks, of which every forked child makes one, need no look at whose code it is.
        place = None if caller.f_globals is own else _place_of_wanted(caller)
        if arguments or keywords or place is None:
            return original(*arguments, **keywords)
        if make_lock is None:
            make_lock = _make_class(native, original, LOCK_LOCK, handed_on, ("acquire_lock",))._make
        return make_lock(place)

    if original is native:
        lock_class = _make_class(native, original, LOCK_LOCK, handed_on, ("acquire_lock",))
        for owner, name in ((module, "Lock"), (_thread, "lock"), (_thread, "LockType")):
            replace(owner, name, lock_class)  # All of them, so that pickle finds the class where its name says.
    else:
        replace(module, "Lock", make_stand_in(allocate_lock, original, _AllocateLock))

    native_rlock = module._CRLock
    if native_rlock is None:
        return

    def making(original):
        def RLock(*arguments, **keywords):
            nonlocal make_rlock
            caller = _frame(1)
            if arguments or keywords:
                return call_as(caller, original, arguments, keywords)  # Arguments are worth a warning from 3.13 on.
            place = None if caller.f_globals is own else _place_of_wanted(caller)
            if place is None or module._CRLock is not native_rlock:
                return original()  # threading makes one in every forked child.
            if make_rlock is None:
                make_rlock = _make_class(native_rlock, native_rlock, LOCK_RLOCK, _OF_RLOCKS)._make
            return make_rlock(place)

        return RLock

    wrap_function(module, "RLock", making)
