"""Lock and RLock, where a thread has to wait for them, and who holds them.

Both are C types whose methods can't be replaced, so what threading.Lock and threading.RLock make is a stand-in around a
real one, whoever asks: a logging handler's lock or a queue's mutex takes part in a deadlock as the program's own do. Locks
that were made before threading was imported, or by _thread.allocate_lock, stay what they are (importlib's), and so do
those of a Thread's own life.

A with statement must stay safe from signals: whatever a handler raises, the lock is either held by the block or
free. A Python method can't promise that, since a handler may run on its first instruction. So what is called is
built from C iterators, whose __next__ is one call for the interpreter:

    __enter__   try the lock ── taken: True ──┬── remember who has it ── True
                      └── not: _Gate.__missing__ (Python: records, and waits)
    __exit__    the real lock's own
    acquire     the same, but what is remembered is (who has it,): any thread may let go of it, not only who took it
    release     remember who lets go ── the real lock's own

Whoever acquires by a with statement lets go by it too, and of an RLock it can be nobody else: only such a lock is surely
stuck when its holder is (HINT_OWNED).

A special method is looked up on the type, so __enter__ is a property there, of C too, that reads a slot with the lock's
own callable. Most locks that a program makes in numbers (one per request, per future) are never contended and many
never used: making one only stores the real lock and the line that made it. The rest is set up by __getattr__, piece by
piece, which the interpreter asks for a slot that is still empty: before the lock is tried, so that a signal's exception
there takes none.
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
from ._hints import hints_now
from ._objects import number_of
from ._process import call_as
from ._schema import (
    FLAG_BEGIN, FLAG_FOREIGN, HELD_AT_FORK, HELD_AT_FORK_RECORD, HINT_OWNED, LOCK, LOCK_LOCK, LOCK_RECORD,
    LOCK_RESET, LOCK_RESET_RECORD, LOCK_RLOCK,
)
from ._sites import here, is_users, place_of, places, site_of_line

_pack = LOCK_RECORD.pack_into
_taken = {True: True}
_first = _taken.get  # (True, anything) → True
_second = {}.get  # (None, anything) → anything
# For every lock: iterators without an end, and without a state that threads could get wrong.
_at_once = repeat((False,))
_no_arguments = repeat(())
_writers = starmap(getattr, repeat((local, "writer", None)))
_loosely = zip(_writers)
_nobody = (None,)
_frame = sys._getframe
_LONGEST = 1e6
_FOREVER = -1
# More locks than this are not looked through at a fork.
_MOST_AT_FORK = 4096
# From so many on the list of used locks is rid of those that died, whenever it has doubled.
_MANY_USED = 1024

# Weak references to the gates of locks that were ever used.
_used = []
_tidy_at = _MANY_USED
# Number → weak reference to the gate: the locks that other threads had at the last fork; and in which process that was.
_lost_at_fork = {}
_forked_in = 0


class _Gate(dict):
    """A stand-in's real lock, and who had it last. As a dict it sends whoever did not get the lock at once to wait."""

    __slots__ = ("lock", "try_lock", "holders", "site", "__weakref__")
    how = LOCK_LOCK

    def __missing__(self, taken):
        return _wait(self, -1)


class _RecursiveGate(_Gate):
    __slots__ = ()
    how = LOCK_RLOCK


def _tidy():
    global _tidy_at
    _used[:] = [reference for reference in _used if reference() is not None]
    _tidy_at = max(_MANY_USED, 2 * len(_used))


def _thread_of(holder):
    """The kernel's id of a holder's thread; 0 where there is none, or it did not come along into this forked child."""
    writer = holder[0] if type(holder) is tuple else holder
    return 0 if writer is None or writer.birth != _process.birth else writer.thread


def _is_owned(gate, holder):
    """Whether nobody but the holder can let go of the lock."""
    return gate.how == LOCK_RLOCK or type(holder) is not tuple


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────────────────


def _wait(gate, timeout):
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
    write(_pack, begin, 0, number, 0, site, _thread_of(holder), gate.how, 0, hints, flags | FLAG_BEGIN, LOCK)
    state += begin, site, flags, number


def _end(gate, state, result):
    if not state:
        return
    begin, site, flags, number = state
    state.clear()
    holder = _thread_of(gate.holders[0]) if result == 1 else 0
    write(_pack, begin, monotonic_ns(), number, result, site, holder, gate.how, 0, 0, flags, LOCK)


def acquired_again(lock):
    """The calling thread has the lock again after a condition's wait."""
    if isinstance(type(lock), _Type):
        lock._gate.holders.append(current_writer())


# ── forks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def write_held():
    """Before a fork: the locks that other threads have, and that nobody will ever let go of in the child."""
    global _forked_in
    _lost_at_fork.clear()
    _forked_in = _process.birth
    if len(_used) > _MOST_AT_FORK:
        _tidy()
        if len(_used) > _MOST_AT_FORK:
            return
    me = current_writer()
    for reference in list(_used):
        gate = reference()
        if gate is None or not _is_locked(gate):
            continue
        holder = gate.holders[0]
        if holder is me or type(holder) is tuple and holder[0] is me:
            continue
        site, flags = gate.site
        number, how = number_of(gate.lock), gate.how
        _lost_at_fork[number] = ref(gate, lambda _, number=number, how=how: guarded(_write_reset, number, how))
        write(HELD_AT_FORK_RECORD.pack_into, monotonic_ns(), number, site, _thread_of(holder), how, flags, HELD_AT_FORK)


def _write_reset(number, how):
    """A forked child makes a lock of its parent's anew (logging's, a pool's), or drops it."""
    if _lost_at_fork.pop(number, None) is not None and _forked_in != _process.birth:
        write(LOCK_RESET_RECORD.pack_into, monotonic_ns(), number, how, 0, LOCK_RESET)


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
        frame = _frame(1)
        place = places.get((id(frame.f_code), frame.f_lasti)) or _place_of_maker(frame)
        if arguments or keywords or place is None or not cls._is_callable:
            return cls._native(*arguments, **keywords)
        return (cls._make_for_condition if _is_inner(frame) else cls._make)(place)

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


# The namespaces of modules whose classes make a lock for whoever makes one of them, by their ids.
_inner = set()
# Functions there whose locks are of no interest: a thread's own.
_own_affairs = set()
# (code's id, instruction) → (place, the code itself so that its id is never another's), of code that is not the user's.
_library_places = {}
_MOST_PLACES = 4096


def passed_by(module):
    """What this module's classes need locks for is whoever makes one of them."""
    _inner.add(id(vars(module)))


def _is_inner(frame):
    return id(frame.f_globals) in _inner


def _place_of_maker(frame):
    """(site, flags) of the code that wants a lock; None where it is to have a real one."""
    if _process.off:
        return None
    while id(frame.f_globals) in _inner:
        if frame.f_code in _own_affairs:
            return None
        frame = frame.f_back
        if frame is None:
            return None
    code = frame.f_code
    key = (id(code), frame.f_lasti)
    place = places.get(key)
    if place is not None:
        return place
    known = _library_places.get(key)
    if known is not None and known[1] is code:
        return known[0]
    if is_users(code):
        return place_of(frame)
    if len(_library_places) >= _MOST_PLACES:
        _library_places.clear()
    place = site_of_line(frame, frame.f_lineno or 0), FLAG_FOREIGN
    _library_places[key] = place, code
    return place


def _acquire(self, blocking=True, timeout=-1):
    gate = self._gate
    waits = blocking is True or type(blocking) is int and blocking
    kind = type(timeout)
    if waits and kind is int and timeout == -1:
        return self._call()
    if waits and (kind is int or kind is float) and 0 < timeout < _LONGEST:
        taken = gate.try_lock(False) or _wait(gate, timeout)
    else:
        try:
            taken = gate.try_lock(blocking, timeout)
        except BaseException as error:
            failure_of(error)
            raise
    if taken:
        gate.holders.append((current_writer(),))
    return taken


def _make_class(native, create, how, handed_on, aliases=()):
    """A class of stand-ins for the native class. `handed_on`: methods that each stand-in has from its real lock."""
    named = [name for name in handed_on if hasattr(native, name)]
    # Attributes that the native class does not have, with what it says then.
    missing = {}
    metaclass = type("type", (_Type,), {name: _forward(name) for name in ("__enter__", "__exit__", *named)})

    def make(place):
        lock = create()
        self = new(made)
        set_made(self, {"lock": lock, "site": place})
        set_exit(self, lock.__exit__)
        return self

    def make_for_condition(place):
        """A condition asks its lock for these at once, and calls them only while it holds it by a with statement."""
        lock = create()
        self = new(made)
        set_made(self, {"lock": lock, "site": place})
        set_exit(self, lock.__exit__)
        for put_in, find in eager:
            put_in(self, find(lock))
        return self

    def gate_of(self):
        """Where two threads come by at once, both find the same."""
        facts = get_made(self)
        gate = facts.get("gate")
        if gate is None:
            gate = new_gate(gate_class)
            gate.update(_taken)
            lock = gate.lock = facts["lock"]
            gate.try_lock = lock.acquire
            gate.site = facts["site"]
            # The writer of the thread that has it, or had it last; in a tuple where it acquired it by a call.
            gate.holders = deque(_nobody, 1)
            kept = facts.setdefault("gate", gate)
            if kept is gate:
                _used.append(ref(gate))
                if len(_used) >= _tidy_at:
                    _tidy()
            gate = kept
        set_gate(self, gate)
        return gate

    def taking(gate, writers):
        tried = map(gate.__getitem__, starmap(gate.try_lock, _at_once))
        return map(_first, tried, map(gate.holders.append, writers)).__next__

    def enter_of(self):
        enter = taking(gate_of(self), _writers)
        set_enter(self, enter)
        return enter

    def call_of(self):
        call = taking(gate_of(self), _loosely)
        slots["_call"].__set__(self, call)
        return call

    def release_of(self):
        """Of a Lock, which any thread may release, and not just the one that acquired it."""
        gate = gate_of(self)
        release = map(_second, map(gate.holders.append, _writers), starmap(gate.lock.release, _no_arguments)).__next__
        for name in ("release", "release_lock"):
            slots[name].__set__(self, release)
        return release

    def reinit_of(self):
        lock = get_made(self)["lock"]
        reinit = lock._at_fork_reinit

        def _at_fork_reinit():
            if _lost_at_fork:
                guarded(_write_reset, number_of(lock), how)
            return reinit()

        return disguise(_at_fork_reinit, reinit)

    def __getattr__(self, name):
        try:
            make = lazy.get(name)
            if make is not None:
                return make(self)
            if name in missing:
                raise AttributeError(missing[name])  # A condition asks its lock for three such names.
            try:
                value = getattr(get_made(self)["lock"], name)
            except AttributeError as error:
                if name not in named:
                    missing[name] = str(error)
                raise
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
        "__slots__": ("_made", "_gate", "_enter", "_call", "__exit__", "__weakref__", *named),
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
        "_make_for_condition": staticmethod(make_for_condition),
    }
    for name in ("acquire", *aliases):
        if hasattr(native, name):
            members[name] = _named(name, native)
    made = metaclass(native.__name__, (), members)
    slots = vars(made)
    new = object.__new__
    get_made, set_made, set_exit = slots["_made"].__get__, slots["_made"].__set__, slots["__exit__"].__set__
    set_gate, set_enter = slots["_gate"].__set__, slots["_enter"].__set__
    eager = [
        (slots[name].__set__, getattr(native, name).__get__)
        for name in ("release", "_release_save", "_acquire_restore", "_is_owned") if hasattr(native, name)
    ]
    gate_class = _Gate if how == LOCK_LOCK else _RecursiveGate
    new_gate = gate_class.__new__
    lazy = {"_gate": gate_of, "_enter": enter_of, "_call": call_of}
    if how == LOCK_LOCK:
        lazy["release"] = lazy["release_lock"] = release_of
    if hasattr(native, "_at_fork_reinit"):
        lazy["_at_fork_reinit"] = reinit_of
    return made


def _named(name, native):
    def acquire(self, blocking=True, timeout=_FOREVER):
        if blocking is True and timeout is _FOREVER:
            return self._call()
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
    passed_by(module)
    _own_affairs.update(
        function.__code__ for function in (module.Thread.__init__, module._after_fork) if hasattr(function, "__code__")
    )
    original = module.Lock
    native = type(original())
    handed_on = ("release", "release_lock", "locked", "locked_lock", "_at_fork_reinit")
    # The classes are made for the first lock that is a stand-in: that takes 0.1 ms each.
    lock_class = rlock_class = None

    def allocate_lock(*arguments, **keywords):
        nonlocal lock_class
        frame = _frame(1)
        place = places.get((id(frame.f_code), frame.f_lasti))
        if place is None or _process.off:
            place = _place_of_maker(frame)
        if arguments or keywords or place is None:
            return original(*arguments, **keywords)
        if lock_class is None:
            lock_class = _make_class(native, original, LOCK_LOCK, handed_on, ("acquire_lock",))
        return (lock_class._make_for_condition if _is_inner(frame) else lock_class._make)(place)

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
            nonlocal rlock_class
            caller = _frame(1)
            if arguments or keywords:
                return call_as(caller, original, arguments, keywords)  # Arguments are worth a warning from 3.13 on.
            place = _place_of_maker(caller)
            if place is None or module._CRLock is not native_rlock:
                return original()  # threading makes one in every forked child.
            if rlock_class is None:
                rlock_class = _make_class(native_rlock, native_rlock, LOCK_RLOCK, _OF_RLOCKS)
            return (rlock_class._make_for_condition if _is_inner(caller) else rlock_class._make)(place)

        return RLock

    wrap_function(module, "RLock", making)
