"""queue.SimpleQueue: who waits in get, and who puts what ends the wait. (queue.Queue waits on conditions: see _conditions.)

It is a C type whose methods can't be replaced, so what the program finds by its name is a subclass without anything of its
own but these methods. A put must stay safe to call from anywhere (a signal handler, a finaliser that comes by between another
put's arguments and its call, and then is the first), so what q.put leads to is the C method itself unless somebody waits.
Then it is a function of ours, which says that it wakes somebody and leaves it to the reader whom. Who puts by a method that
was looked up before somebody waited is not known.
"""
import sys
from time import monotonic_ns

from ._arena import write
from ._guest import disguise, failure_of, guarded, replace
from ._hints import hints_now
from ._lock_makers import passed_by
from ._objects import number_of
from ._schema import FLAG_BEGIN, LOCK, LOCK_QUEUE, LOCK_RECORD, WAKE, WAKE_RECORD
from ._sites import here

_pack = LOCK_RECORD.pack_into
# id(queue) → something for each thread that waits in it. A list may outlive its queue, and then be another's.
_waiting = {}
# Empty lists are dropped where there are more than this.
_REMEMBERED = 4096


def patch_queue(module):
    passed_by(module)
    native = module.SimpleQueue
    if getattr(native, "__module__", None) != "_queue":
        return  # The one in Python waits on a semaphore.
    subclass = _make_class(native, module.Empty)
    home = sys.modules["_queue"]
    if vars(home).get("SimpleQueue") is native:
        replace(home, "SimpleQueue", subclass)
    replace(module, "SimpleQueue", subclass)


def _make_class(native, empty):
    native_get, native_put, is_empty = native.get, native.put, native.empty
    native_get_nowait, native_put_nowait = native.get_nowait, native.put_nowait
    is_waited_for = _waiting.get

    def get(self, block=True, timeout=None):
        try:
            if not block or timeout is not None and not timeout > 0:
                return native_get(self, block, timeout)
            if not is_empty(self):
                try:
                    return native_get(self, False)
                except empty:
                    pass  # Somebody was faster.
            state = []
            guarded(_begin, state, self, timeout)
        except BaseException as error:
            failure_of(error)
            raise
        try:
            item = native_get(self, block, timeout)
        except BaseException as error:
            guarded(_end, state, self, 0 if isinstance(error, empty) else failure_of(error))
            failure_of(error)
            raise
        guarded(_end, state, self, 1)
        return item

    def put(self, item, block=True, timeout=None):
        begin = monotonic_ns()
        try:
            native_put(self, item, block, timeout)
        except BaseException as error:
            failure_of(error)
            raise
        guarded(_wake, self, begin)

    def put_nowait(self, item):
        begin = monotonic_ns()
        try:
            native_put_nowait(self, item)
        except BaseException as error:
            failure_of(error)
            raise
        guarded(_wake, self, begin)

    def get_nowait(self):
        try:
            return native_get_nowait(self)
        except BaseException as error:
            failure_of(error)
            raise

    def __reduce_ex__(self, protocol):
        try:
            return native.__reduce_ex__(native(), protocol)
        except BaseException as error:
            failure_of(error)
            raise

    class Putting:
        """What a put is at this moment."""

        __slots__ = ("native", "waking")

        def __init__(self, native, waking):
            self.native = native.__get__
            self.waking = disguise(waking, native).__get__

        def __get__(self, queue, owner=None):
            return (self.waking if queue is not None and is_waited_for(id(queue)) else self.native)(queue, owner)

    members = {
        "__slots__": (),
        "__module__": native.__module__,
        "__qualname__": native.__qualname__,
        "__doc__": native.__doc__,
        "__reduce_ex__": __reduce_ex__,
        "get": disguise(get, native_get),
        "get_nowait": disguise(get_nowait, native_get_nowait),
        "put": Putting(native_put, put),
        "put_nowait": Putting(native_put_nowait, put_nowait),
    }
    return type(native.__name__, (native,), members)


def _begin(state, queue, timeout):
    number = number_of(queue)
    site, flags = here()
    begin = monotonic_ns()
    write(_pack, begin, 0, number, 0, site, 0, LOCK_QUEUE, 0, hints_now(timeout is not None), flags | FLAG_BEGIN, LOCK)
    if len(_waiting) >= _REMEMBERED:
        for each in [each for each, waiters in list(_waiting.items()) if not waiters]:
            _waiting.pop(each, None)
    _waiting.setdefault(id(queue), []).append(begin)
    state += begin, number, site, flags


def _end(state, queue, result):
    if not state:
        return
    begin, number, site, flags = state
    state.clear()
    waiters = _waiting.get(id(queue))
    if waiters:
        waiters.pop()
    write(_pack, begin, monotonic_ns(), number, result, site, 0, LOCK_QUEUE, 0, 0, flags, LOCK)


def _wake(queue, begin):
    """Written after the put, so that it is not late; at the moment before it, so that it comes before the end of the wait."""
    site, flags = here()
    write(WAKE_RECORD.pack_into, begin, number_of(queue), site, 1, LOCK_QUEUE, flags, WAKE)
