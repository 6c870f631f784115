"""select, poll, epoll: waiting for many descriptors at once.

The objects that select.poll() and select.epoll() give are C's and can't be changed, so the program gets an object of
ours that holds the real one. It has the same methods and says that it is a select.poll or select.epoll; `selectors`,
and with it socketserver and asyncio, build on it without knowing.
"""
import sys
from time import monotonic_ns

from ._arena import CHUNK_MASK, RECORD_BYTES, local, new_place, refill, write
from ._guest import (
    disguise, failure_of, guarded, guarded_failure, is_our_fault, observe, replace, turn_off, unobserved, wrap_function,
)
from ._schema import FLAG_BEGIN, POLL, POLL_EPOLL, POLL_POLL, POLL_RECORD, POLL_SELECT
from ._sites import here, is_certain, place_of

_pack = POLL_RECORD.pack_into
_frame = sys._getframe


def patch_select(module):
    wrap_function(module, "select", _selecting)
    poll, epoll = getattr(module, "poll", None), getattr(module, "epoll", None)
    if poll is not None:
        cls = _make_class("poll", POLL_POLL, type(poll()), ())
        wrap_function(module, "poll", lambda original: _making_poll(cls, original))
    if epoll is not None:
        replace(module, "epoll", _make_class("epoll", POLL_EPOLL, epoll, ("close", "fileno")))


def _selecting(original):
    def before(rlist, wlist, xlist, timeout=None):
        site, flags = here()
        registered = _length(rlist) + _length(wlist) + _length(xlist)
        waits = timeout is None or timeout > 0
        begin = monotonic_ns()
        if waits:
            write(_pack, begin, 0, 0, site, registered, POLL_SELECT, flags | FLAG_BEGIN, POLL)
        return begin, site, flags, registered, waits

    def after(state, result, failure):
        end = monotonic_ns()
        begin, site, flags, registered, waits = state
        ready = sum(map(len, result)) if failure is None else failure
        if waits or ready:  # A glance that found nothing is no event.
            write(_pack, begin, end, ready, site, registered, POLL_SELECT, flags, POLL)

    return observe(original, before, after)


def _length(descriptors):
    return len(descriptors) if hasattr(descriptors, "__len__") else 0


# ── poll and epoll objects ────────────────────────────────────────────────────────────────────────────────────


class _Held:
    """What both kinds of object have in common: the real one, and which descriptors it watches."""

    __slots__ = ("_held", "_poll", "_watched", "__weakref__")

    def _hold(self, held):
        self._held, self._poll, self._watched = held, held.poll, set()

    def register(self, fd, *arguments, **keywords):
        self._held.register(fd, *arguments, **keywords)
        self._watched.add(fd if isinstance(fd, int) else fd.fileno())

    def modify(self, *arguments, **keywords):
        return self._held.modify(*arguments, **keywords)

    def unregister(self, fd):
        self._held.unregister(fd)
        self._watched.discard(fd if isinstance(fd, int) else fd.fileno())


def _make_class(name, how, real, passed):
    """A class that looks like `real`; `passed` are the methods that only go through."""
    members = {"__slots__": (), "poll": disguise(_polling(how), real.poll)}
    for method in passed:
        members[method] = _passing(getattr(real, method))
    members.update(_epoll_members(real) if hasattr(real, "fromfd") else {"__new__": _refuse})
    cls = type(name, (_Held,), members)
    cls.__module__, cls.__qualname__, cls.__doc__ = "select", name, real.__doc__
    return cls


def _refuse(cls, *arguments, **keywords):
    raise TypeError("cannot create '%s.%s' instances" % (cls.__module__, cls.__qualname__))


def _making_poll(cls, original):
    def poll(*arguments, **keywords):
        new = object.__new__(cls)
        new._hold(original(*arguments, **keywords))
        return new

    return poll


def _passing(method):
    name = method.__name__

    def passed(self):
        return getattr(self._held, name)()

    return disguise(passed, method)


def _epoll_members(real):
    def __init__(self, *arguments, **keywords):
        self._hold(real(*arguments, **keywords))

    def fromfd(cls, fd):
        new = cls.__new__(cls)
        new._hold(real.fromfd(fd))
        return new

    def __enter__(self):
        self._held.__enter__()
        return self

    def __exit__(self, *arguments):
        return self._held.__exit__(*arguments)

    return {
        "__init__": __init__,
        "__enter__": __enter__,
        "__exit__": __exit__,
        "fromfd": classmethod(fromfd),
        "closed": property(lambda self: self._held.closed, doc=real.closed.__doc__),
    }


def _polling(how):
    seen = (None, 0, None, 0, 0, 0)

    def poll(self, *arguments, **keywords):
        nonlocal seen
        if arguments and arguments[0] == 0:
            # A glance, as event loops take many. One that finds nothing is no event.
            begin = monotonic_ns()
            try:
                ready = self._poll(*arguments, **keywords)
            except BaseException as error:
                failure_of(error)
                raise
            if ready:
                guarded(_write_glance, begin, len(ready), len(self._watched), how, _frame(1))
            return ready
        ours = None
        try:
            try:
                place = local.place
            except AttributeError:
                place = new_place()
            # `selectors` stands between nearly every program and its poll: remember two callers.
            frame = _frame(1)
            caller = frame.f_back or frame
            code, instruction, caller_code, caller_instruction, site, flags = seen
            if (
                frame.f_code is not code or frame.f_lasti != instruction
                or caller.f_code is not caller_code or caller.f_lasti != caller_instruction
            ):
                seen, site, flags = _look(frame, caller, seen)
            registered = len(self._watched)
            begin = monotonic_ns()
            memory, offset = place
            if offset & CHUNK_MASK:
                place[1] = offset + RECORD_BYTES
            else:
                memory, offset = refill()
            _pack(memory, offset, begin, 0, 0, site, registered, how, flags | FLAG_BEGIN, POLL)
        except BaseException as error:
            ours = error
        if ours is not None:
            return unobserved(ours, self._poll, arguments, keywords)
        try:
            ready = self._poll(*arguments, **keywords)
        except BaseException as error:
            guarded_failure(error, _write_poll, begin, failure_of(error), site, registered, how, flags)
            raise
        try:
            end = monotonic_ns()
            count = len(ready)
            memory, offset = place
            if offset & CHUNK_MASK:
                place[1] = offset + RECORD_BYTES
            else:
                memory, offset = refill()
            _pack(memory, offset, begin, end, count, site, registered, how, flags, POLL)
        except BaseException as error:
            ours = error
        if ours is not None:
            if not is_our_fault(ours):
                raise ours
            turn_off(ours)
        return ready

    return poll


def _look(frame, caller, seen):
    """The site of callers that were not seen last; what to have seen from now on, site, flags."""
    site, flags = place_of(frame)
    if is_certain(frame) or is_certain(caller):
        seen = (frame.f_code, frame.f_lasti, caller.f_code, caller.f_lasti, site, flags)
    return seen, site, flags


def _write_poll(begin, result, site, registered, how, flags):
    write(_pack, begin, monotonic_ns(), result, site, registered, how, flags, POLL)


def _write_glance(begin, result, registered, how, frame):
    site, flags = place_of(frame)
    _write_poll(begin, result, site, registered, how, flags)
