"""The stand-ins: what is called of them, and what each gets when.

Most locks that a program makes in numbers (one per request, per future) are never contended and many never used: making
one only stores the real lock and the line that made it. The rest is added when it is asked for: before the lock is tried,
so that a signal's exception there takes none.
"""
from itertools import repeat, starmap
from _operator import attrgetter

from ._arena import current_writer, local
from ._guest import disguise, failure_of, guarded
from ._lock_forks import lost_at_fork, write_reset
from ._lock_gates import Gate, RecursiveGate, gate_from, wait
from ._lock_types import Facts, Part, class_of, members_of, names_of
from ._objects import number_of
from ._schema import LOCK_LOCK

_first = {True: True}.get  # (True, anything) → True
_second = {}.get  # (None, anything) → anything
# For every lock: iterators without an end, and without a state that threads could get wrong.
_at_once = repeat((False,))
_no_arguments = repeat(())
_writers = starmap(getattr, repeat((local, "writer", None)))
_loosely = zip(_writers)
_LONGEST = 1e6
_FOREVER = -1
_new = object.__new__
# What a lock got is kept where it is found the next time: in the slot, or in the __dict__.
_keep = object.__setattr__


def _acquire(self, blocking=True, timeout=-1):
    gate = self._gate
    waits = blocking is True or type(blocking) is int and blocking
    kind = type(timeout)
    if waits and kind is int and timeout == -1:
        return self._call()
    if waits and (kind is int or kind is float) and 0 < timeout < _LONGEST:
        taken = gate.try_lock(False) or wait(gate, timeout)
    else:
        try:
            taken = gate.try_lock(blocking, timeout)
        except BaseException as error:
            failure_of(error)
            raise
    if taken:
        gate.holders.append((current_writer(),))
    return taken


def _named(name, native):
    def acquire(self, blocking=True, timeout=_FOREVER):
        if blocking is True and timeout is _FOREVER:
            return self._call()
        return _acquire(self, blocking, timeout)
    return disguise(acquire, getattr(native, name))


def _parts_of(native, how, facts_of):
    """By name: what makes the part of a lock that it does not have yet."""
    gate_class = Gate if how == LOCK_LOCK else RecursiveGate

    def gate_of(self):
        gate = gate_from(facts_of(self), gate_class)
        _keep(self, "_gate", gate)
        return gate

    def enter_of(self):
        facts = facts_of(self)
        gate = facts.get("_gate") or gate_from(facts, gate_class)
        tried = map(gate.__getitem__, starmap(gate.try_lock, _at_once))
        enter = map(_first, tried, map(gate.holders.append, _writers)).__next__
        _keep(self, "_enter", enter)
        return enter

    def call_of(self):
        gate = self._gate
        tried = map(gate.__getitem__, starmap(gate.try_lock, _at_once))
        call = map(_first, tried, map(gate.holders.append, _loosely)).__next__
        _keep(self, "_call", call)
        return call

    def release_of(self):
        """Of a Lock, which any thread may release, and not just the one that acquired it."""
        gate = self._gate
        release = map(_second, map(gate.holders.append, _writers), starmap(gate.lock.release, _no_arguments)).__next__
        _keep(self, "release", release)
        _keep(self, "release_lock", release)
        return release

    def reinit_of(self):
        lock = facts_of(self)["_lock"]
        reinit = lock._at_fork_reinit

        def _at_fork_reinit():
            if lost_at_fork:
                guarded(write_reset, number_of(lock), how)
            return reinit()

        return disguise(_at_fork_reinit, reinit)

    parts = {"_gate": gate_of, "_enter": enter_of, "_call": call_of}
    if how == LOCK_LOCK:
        parts["release"] = parts["release_lock"] = release_of
    if hasattr(native, "_at_fork_reinit"):
        parts["_at_fork_reinit"] = reinit_of
    return parts


def make_class(native, create, how, aliases=()):
    """The class of the program's stand-ins for the native class. `aliases`: of its acquire."""
    acquires = {name: _named(name, native) for name in ("acquire", *aliases) if hasattr(native, name)}
    handed_on = [name for name in names_of(native) if name not in acquires]

    def make(place):
        lock = create()
        self = _new(made)
        set_facts(self, {"_lock": lock, "_site": place})
        set_exit(self, lock.__exit__)
        return self

    def __getattr__(self, name):
        try:
            make_part = parts.get(name)
            if make_part is not None:
                return make_part(self)
            value = getattr(facts_of(self)["_lock"], name)
            if name in handed_on:
                _keep(self, name, value)
            return value
        except BaseException as error:
            failure_of(error)
            raise

    members = members_of(native, lambda self: facts_of(self))
    members.update(acquires)
    callable_as = {"_is_callable": create is native, "_make": staticmethod(make)}
    make_for_condition = _maker_for_conditions(native, create, how, {**acquires, **callable_as}, handed_on)
    members.update(callable_as)
    members.update({
        "__slots__": ("_facts", "_gate", "_enter", "_call", "__exit__", "__weakref__", *handed_on),
        "__getattr__": __getattr__,
        "_make_for_condition": staticmethod(make_for_condition),
    })
    made = class_of(native, (), members)
    slots = vars(made)
    facts_of, set_facts, set_exit = slots["_facts"].__get__, slots["_facts"].__set__, slots["__exit__"].__set__
    parts = _parts_of(native, how, facts_of)
    return made


def _maker_for_conditions(native, create, how, shared, handed_on):
    slots = vars(Facts)
    facts_of, set_facts, set_exit = slots["__dict__"].__get__, slots["__dict__"].__set__, slots["__exit__"].__set__
    members = members_of(native, facts_of)
    members.update((name, property(attrgetter("_lock." + name))) for name in handed_on)
    members["__dict__"] = property(attrgetter("_lock.__dict__"))
    members.update((name, Part(make)) for name, make in _parts_of(native, how, facts_of).items())
    members.update(shared)
    members["release"] = Part(lambda self: self._lock.release)  # Not a property: that would come before the __dict__.

    def make(place):
        """A condition asks its lock for its release at once, and calls it only while it holds it by a with statement."""
        lock = create()
        self = _new(made)
        set_facts(self, {"_lock": lock, "_site": place, "release": lock.release})
        set_exit(self, lock.__exit__)
        return self

    members["_make_for_condition"] = staticmethod(make)
    made = class_of(native, (Facts,), members)
    return make
