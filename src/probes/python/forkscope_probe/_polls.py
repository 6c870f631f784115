"""select, poll, epoll: waiting for many descriptors at once.

The objects that select.poll() and select.epoll() give are C's and can't be changed, so the program gets an object of
ours that holds the real one. It has the same methods and says that it is a select.poll or select.epoll; `selectors`,
and with it socketserver and asyncio, build on it without knowing.
"""
import sys
from _struct import Struct
from time import monotonic_ns

from ._arena import local, new_place, pack_end, refill, write
from ._glances import OFTEN, Vain, tell_vain
from ._guest import (
    disguise, failure_of, guarded, guarded_failure, is_our_fault, observe, replace, turn_off, unobserved, wrap_function,
)
from ._schema import FLAG_BEGIN, FLAG_IN_PLACE, POLL, POLL_EPOLL, POLL_POLL, POLL_RECORD, POLL_SELECT
from ._sites import here, is_certain, place_of

_pack = POLL_RECORD.pack_into
# A record that is completed in place: at first time, site, registered, how, flags and kind; then end
# and result, from byte 8 on; then flags, byte 60. (Numbers: a name would be looked up in every call.)
_pack_begin = Struct(POLL_RECORD.format[:-2].replace("QQi", "Q12x") + "I").pack_into
_pack_whole = Struct(POLL_RECORD.format[:-2] + "I").pack_into
_IN_PLACE = FLAG_BEGIN | FLAG_IN_PLACE
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
        try:
            vain = local.vain
        except AttributeError:
            vain = local.vain = Vain()
        if waits or ready:  # A glance that found nothing is no event.
            vain.count = 0
            write(_pack, begin, end, ready, site, registered, POLL_SELECT, flags, POLL)
        else:
            if not vain.count:
                vain.since = begin
            vain.count += 1
            if not vain.count % OFTEN:
                tell_vain(vain, end, sys._getframe(2), registered, POLL_SELECT)

    return observe(original, before, after)


def _length(descriptors):
    return len(descriptors) if hasattr(descriptors, "__len__") else 0


# ── poll and epoll objects ────────────────────────────────────────────────────────────────────────────────────


class _Held:
    """What both kinds of object have in common: the real one, and which descriptors it watches."""

    __slots__ = ("_held", "_poll", "_watched", "_vain", "__weakref__")

    def _hold(self, held):
        self._held, self._poll, self._watched, self._vain = held, held.poll, set(), Vain()

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
    # The codes of a library between the last call and the line that is its site (selectors', and socketserver's that calls
    # it), that line's instruction, what a record says of it.
    inner = outer = None
    seen = (None, 0, 0, 0, 0)

    def poll(self, *arguments, **keywords):
        nonlocal inner, outer, seen
        if arguments and arguments[0] == 0:
            # A glance, as event loops take many. One that finds nothing is no event.
            begin = monotonic_ns()
            try:
                ready = self._poll(*arguments, **keywords)
            except BaseException as error:
                failure_of(error)
                raise
            vain = self._vain
            if not ready:
                if not vain.count:
                    vain.since = begin
                vain.count += 1
                if not vain.count % OFTEN:
                    guarded(tell_vain, vain, begin, _frame(1), len(self._watched), how)
                return ready
            try:
                vain.count = 0
                frame = _frame(1)
                if frame.f_code is inner:
                    frame = frame.f_back or frame
                    if frame.f_code is outer:
                        frame = frame.f_back or frame
                code, instruction, site, word, done = seen
                if frame.f_code is not code or frame.f_lasti != instruction:
                    inner, outer, seen, site, word, done = _look(_frame(1), inner, outer, seen)
                try:
                    memory, slots = local.place
                except AttributeError:
                    memory, slots = new_place()
                end = monotonic_ns()
                offset = next(slots, 0)
                if not offset:
                    memory, offset = refill()
                _pack_whole(memory, offset, begin, end, len(ready), site, len(self._watched), how, word ^ _IN_PLACE)
            except BaseException as error:
                ours = error
            else:
                return ready
            if not is_our_fault(ours):
                raise ours
            turn_off(ours)
            return ready
        try:
            self._vain.count = 0
            # `selectors` stands between nearly every program and its poll.
            frame = _frame(1)
            if frame.f_code is inner:
                frame = frame.f_back or frame
                if frame.f_code is outer:
                    frame = frame.f_back or frame
            code, instruction, site, word, done = seen
            if frame.f_code is not code or frame.f_lasti != instruction:
                inner, outer, seen, site, word, done = _look(_frame(1), inner, outer, seen)
            try:
                memory, slots = local.place
            except AttributeError:
                memory, slots = new_place()
            offset = next(slots, 0)
            if not offset:
                memory, offset = refill()
            _pack_begin(memory, offset, monotonic_ns(), site, len(self._watched), how, word)
        except BaseException as error:
            ours = error
        else:
            try:
                ready = self._poll(*arguments, **keywords)
            except BaseException as error:
                guarded_failure(error, _finish, memory, offset, failure_of(error), done)
                raise
            try:
                pack_end(memory, offset + 8, monotonic_ns(), len(ready))
                memory[offset + 60] = done
            except BaseException as error:
                ours = error
            else:
                return ready
            if not is_our_fault(ours):
                raise ours
            turn_off(ours)
            return ready
        return unobserved(ours, self._poll, arguments, keywords)

    return poll


def _look(frame, inner, outer, seen):
    """For callers that were not seen last: what to have seen from now on; site, flags and kind, flags at the end."""
    site, flags = place_of(frame)
    word, done = POLL << 16 | _IN_PLACE | flags, FLAG_IN_PLACE | flags
    between = []
    while len(between) < 2 and frame.f_back is not None and not is_certain(frame):
        # Whichever of its lines makes the call, it is the caller's line that counts.
        between.append(frame.f_code)
        frame = frame.f_back
    if is_certain(frame):
        if between:
            inner, outer = between[0], between[-1]
        seen = (frame.f_code, frame.f_lasti, site, word, done)
    return inner, outer, seen, site, word, done


def _finish(memory, offset, result, done):
    pack_end(memory, offset + 8, monotonic_ns(), result)
    memory[offset + 60] = done
