"""The classes of stand-ins: what their instances and they themselves say when they are asked what they are.

There are two for each of Lock and RLock. What a lock needs at its first use is added to it then (see _lock_parts):

    the program's   slots, and __getattr__, which the interpreter asks for one that is still empty
    a condition's   (an Event's, a Queue's, a Future's) no __getattr__, but a __dict__ that the program isn't shown, and Part
                    of the same name in the class, which is found where the __dict__ has none

The former is the faster one to call from 3.12 on. But a condition asks its lock for three names that a Lock does not have,
and to get past a __getattr__ takes 1 µs each.
"""
import sys
from _operator import attrgetter

from ._guest import failure_of
from ._lock_makers import inner, place_of_maker
from ._sites import places

_frame = sys._getframe


class StandInType(type):
    """The class of a stand-in's class, which passes for the real lock's class."""

    def __new__(mcs, name, bases, members):
        native = tuple(getattr(base, "_native", base) if isinstance(base, StandInType) else base for base in bases)
        if any(one is not other for one, other in zip(native, bases)):
            return type(name, native, members)  # A subclass of the program's is one of the real class.
        return type.__new__(mcs, name, bases, members)

    def __call__(cls, *arguments, **keywords):
        frame = _frame(1)
        place = places.get((id(frame.f_code), frame.f_lasti)) or place_of_maker(frame)
        if arguments or keywords or place is None or not cls._is_callable:
            return cls._native(*arguments, **keywords)
        return (cls._make_for_condition if id(frame.f_globals) in inner else cls._make)(place)

    def __instancecheck__(cls, instance):
        return isinstance(instance, cls._native)

    def __subclasscheck__(cls, subclass):
        return subclass == cls or issubclass(subclass, cls._native)

    def __eq__(cls, other):
        return other is cls or getattr(other, "_native", other) is cls._native

    def __hash__(cls):
        return hash(cls._native)

    # The type itself is named as errors name it: "'_thread.lock' object has no attribute".
    __name__ = property(lambda cls: cls._native.__name__)

    @property
    def __signature__(cls):
        return sys.modules["inspect"].signature(cls._native)


class Part:
    """What a lock gets when it is asked for it the first time: what is in its __dict__ is found before this."""

    __slots__ = ("make",)

    def __init__(self, make):
        self.make = make

    def __get__(self, instance, owner=None):
        try:
            return self.make(instance)
        except BaseException as error:
            failure_of(error)
            raise


def _forward(name):
    """What the class says that one of its slots is: type(lock).__enter__(lock) is how contextlib.ExitStack calls."""

    def called(self, *arguments, **keywords):
        return getattr(self, name)(*arguments, **keywords)

    called.__name__ = name
    return property(lambda cls: called)


class Facts:
    """Where a condition's stand-in has its __dict__, and a __exit__ that is found at once."""

    __slots__ = ("__dict__", "__exit__", "__weakref__")


def names_of(native):
    return [name for name in vars(native) if not name.startswith("__")]


def members_of(native, facts_of):
    """What every class of stand-ins for the native class has."""

    def __setattr__(self, name, value):
        try:
            setattr(facts_of(self)["_lock"], name, value)
        except BaseException as error:
            failure_of(error)
            raise

    def __repr__(self):
        lock = facts_of(self)["_lock"]
        return repr(lock).replace(hex(id(lock)), hex(id(self)))

    return {
        "__slots__": (),
        "__module__": native.__module__,
        "__qualname__": native.__qualname__,
        "__doc__": native.__doc__,
        "__enter__": property(attrgetter("_enter")),
        "__setattr__": __setattr__,
        "__repr__": __repr__,
        "__class__": property(lambda self: native),
        "__reduce_ex__": lambda self, protocol: facts_of(self)["_lock"].__reduce_ex__(protocol),
        "__dir__": lambda self: dir(facts_of(self)["_lock"]),
        "__sizeof__": lambda self: facts_of(self)["_lock"].__sizeof__(),
        "_native": native,
    }


def class_of(native, bases, members):
    forwarded = {name: _forward(name) for name in ("__enter__", "__exit__", *names_of(native))}
    return type("type", (StandInType,), forwarded)("%s.%s" % (native.__module__, native.__name__), bases, members)
