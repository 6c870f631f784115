"""asyncio: tasks, what they await, and what keeps their loop.

A C task can be neither subclassed nor given a callback without the program noticing. But every step of it is run by
Handle._run, which is Python's on all versions; so that is where steps are seen, at the price of two looks at the clock.
A step that is short, and after which the task waits at the same place as before, writes nothing: it is counted. A wait is
written where it lasted for a millisecond, or where it is at another place than the last one; and now and then, so that
what the log says of a busy task is never old.
"""
import sys
import weakref
from functools import partial
from time import monotonic_ns
from types import BuiltinFunctionType, CoroutineType, MethodType

from ._arena import write
from ._awaits import UNKNOWN, descriptor_of, executor_futures, look
from ._guest import failure_of, guarded, is_our_fault, observe, turn_off, wrap_method
from ._schema import (
    FLAG_BEGIN, FLAG_FOREIGN, LOOP_RUN, LOOP_RUN_RECORD, LOOP_TURN, LOOP_TURN_RECORD, PROTOCOL, PROTOCOL_RECORD, TASK, TASK_END, TASK_END_CANCELLED,
    TASK_END_DONE, TASK_END_DROPPED, TASK_END_RAISED, TASK_END_RECORD, TASK_RECORD, TASK_WAIT, TASK_WAIT_RECORD,
)
from ._sites import here, site_of_code
from ._text import text_number
from ._threads import qualified_name

_LONG_WAIT = 1_000_000
_LONG_TURN = 10_000_000
# What is known of a task that never waits for long is at most so old.
_STALE = 50_000_000
_HIGHEST = 64

_run_code = None
_numbers = iter(range(1, 0xFFFFFFFF))
# id(task) → _Task, while it is pending.
_pending = {}
# The same of tasks that are over, until they are thrown away: whoever awaits one looks at it afterwards.
_over = {}
# A type of callback that is no step of a task. Tasks that are written in Python use bound methods, those in C do not.
_no_step = MethodType


class _Task:
    """What is known of a pending task. Holds neither it nor its coroutine: they must die as they would without us."""

    __slots__ = (
        "number", "reference", "steps", "run", "longest",
        # Its last suspension, where `due` does not say it.
        "since",
        # When its wait becomes a long one, or 0 where the next one is to be written in any case; when that is again.
        "due", "stale",
        # Its last written wait was long. Where its coroutine's own frame tells whether it stands still: flat, and quick if not idle.
        "idle", "flat", "quick",
        # Its last written wait, see _awaits.Look.
        "site", "flags", "how", "what", "object", "depth", "code", "instruction",
        # Where it went on from in its step number `moved`.
        "resumed", "moved",
    )


def patch_events(module):
    global _run_code
    handle = module.Handle
    _run_code = handle._run.__code__
    wrap_method(handle, "_run", _running)


def patch_base_events(module):
    wrap_method(module.BaseEventLoop, "create_task", _creating_task)
    wrap_method(module.BaseEventLoop, "run_forever", _running_loop)
    wrap_method(module.BaseEventLoop, "run_in_executor", _running_in_executor)


def patch_selector_events(module):
    wrap_method(module._SelectorTransport, "__init__", _making_transport)


# ── the loop ──────────────────────────────────────────────────────────────────────────────────────────────────


def _running_loop(original):
    """Between the two records the thread is in a callback whenever it is not in the loop's poll."""

    def before(loop):
        site, flags = here()
        begin = monotonic_ns()
        write(LOOP_RUN_RECORD.pack_into, begin, 0, site, flags | FLAG_BEGIN, LOOP_RUN)
        return begin, site, flags

    def after(state, result, failure):
        begin, site, flags = state
        write(LOOP_RUN_RECORD.pack_into, begin, monotonic_ns(), site, flags, LOOP_RUN)

    return observe(original, before, after)


# ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _running(original):
    pending = _pending.get

    def _run(self):
        ours = task = None
        try:
            callback = self._callback
            if type(callback) is not _no_step:
                owner = getattr(callback, "__self__", None)
                task = pending(id(owner))
                if task is None and owner is not None:
                    task = _found(self, owner)
            begin = monotonic_ns()
            if task is not None:
                if begin >= task.due:
                    _write_waited(task, owner, begin)
                elif not task.quick:
                    task.idle, task.quick = False, task.flat
        except BaseException as error:
            ours = error
        if ours is not None:
            if not is_our_fault(ours):
                raise ours
            turn_off(ours)
            return original(self)
        try:
            original(self)
        except BaseException as error:
            failure_of(error)
            # See the end.
            self = callback = owner = frame = None
            raise
        try:
            end = monotonic_ns()
            length = end - begin
            if task is not None:
                task.steps += 1
                task.run += length
                if end < task.stale:
                    task.due = end + _LONG_WAIT
                else:
                    task.since, task.due = end, 0
                if length > task.longest:
                    task.longest = length
                if task.quick:
                    frame = owner.get_coro().cr_frame
                    if frame is None or frame.f_lasti != task.instruction:
                        frame = None
                        _suspended(task, owner, end)
                elif task.idle or not _stands_still(task, owner):
                    _suspended(task, owner, end)
            if length >= _LONG_TURN:
                _write_turn(self, callback, task, begin, end)
        except BaseException as error:
            ours = error
        if ours is not None:
            if not is_our_fault(ours):
                raise ours
            turn_off(ours)
        # What a task raised leads to its frames and they lead to this one: the task must not be a part of that circle, or it
        # lives, and does not say that nobody took its exception, until the garbage collector comes by.
        self = callback = owner = frame = None

    return _run


def _stands_still(task, owner):
    """Whether the task's innermost frame of the user's stands where it stood after the last step."""
    link = owner.get_coro()
    depth = task.depth
    while depth and type(link) is CoroutineType:
        link = link.cr_await
        depth -= 1
    if type(link) is not CoroutineType:
        return False
    frame = link.cr_frame
    return frame is not None and frame.f_lasti == task.instruction and frame.f_code is task.code


def _suspended(task, owner, now):
    """The task is at another place than it was, or has ended, or was known to wait for long."""
    if owner.done():
        _pending.pop(id(owner), None)
        _over[id(owner)] = task
        _write_end(task, owner, now)
        return
    if not (task.idle and _stands_still(task, owner)):
        task.resumed, task.moved = task.site, task.steps
        _look(task, owner)
        task.quick = task.flat and not task.idle
    _write_wait(task, now, 0, FLAG_BEGIN)
    task.due = now + _LONG_WAIT


def _write_waited(task, owner, now):
    """The task's wait is over, and it has not run again yet."""
    since = task.due - _LONG_WAIT if task.due else task.since
    task.idle = now - since >= _LONG_WAIT
    _look(task, owner)
    task.quick = task.flat and not task.idle
    if task.steps:  # Else it waited for its first turn.
        _write_wait(task, since, now, 0)


def _look(task, owner):
    found = look(owner, _number_of)
    for name in found.__slots__:
        setattr(task, name, getattr(found, name))
    task.flat = task.depth == 0 and type(owner.get_coro()) is CoroutineType


def _write_wait(task, begin, end, begins):
    task.stale = (end or begin) + _STALE
    write(
        TASK_WAIT_RECORD.pack_into, begin, end, task.run, task.longest, task.number, task.object, task.site, task.what,
        min(task.steps, UNKNOWN), task.how, task.flags | begins, TASK_WAIT,
    )


def _write_end(task, owner, now):
    error = getattr(owner, "_exception", None)  # exception() would mark it as retrieved.
    if owner.cancelled():
        result = TASK_END_CANCELLED
    else:
        result = TASK_END_DONE if error is None else TASK_END_RAISED
    name = text_number(type(error).__qualname__) if error is not None else 0
    write(
        TASK_END_RECORD.pack_into, now, task.run, task.longest, task.number, min(task.steps, UNKNOWN), _name_of(owner),
        name, result, 0, TASK_END,
    )


def _write_turn(handle, callback, task, begin, end):
    owner = getattr(callback, "__self__", None)
    if task is not None:
        number, name, descriptor = task.number, 0, UNKNOWN
        resumed = task.resumed if task.moved == task.steps else task.site
        site = 0 if owner.done() else task.site
    else:
        number, name, resumed = 0, text_number(qualified_name(callback)), 0
        transport, function = _called_for(handle, callback, owner)
        descriptor = descriptor_of(transport)
        site, _ = _site_of_function(function)
    write(LOOP_TURN_RECORD.pack_into, begin, end, number, name, resumed, site, descriptor, 0, LOOP_TURN)


# ── beginnings and ends ───────────────────────────────────────────────────────────────────────────────────────


def _number_of(thing):
    task = _pending.get(id(thing)) or _over.get(id(thing))
    return task.number if task is not None and task.reference() is thing else 0


def _creating_task(original):
    def before(loop, *arguments, **keywords):
        # An eager task that is over has let go of its coroutine.
        coroutine = arguments[0] if arguments else keywords.get("coro")
        return loop, monotonic_ns(), here(), coroutine

    def after(state, result, failure):
        if failure is None and hasattr(result, "get_coro") and id(result) not in _pending and id(result) not in _over:
            _write_task(result, *state)

    return observe(original, before, after)


def _found(handle, owner):
    """A task that was not made by the loop, but by asyncio.Task() itself: known from its first step on."""
    if not hasattr(owner, "get_coro") or not hasattr(owner, "_fut_waiter"):
        return None
    coroutine = owner.get_coro()
    _write_task(owner, handle._loop, monotonic_ns(), (0, FLAG_FOREIGN), coroutine)
    return _pending.get(id(owner))


def _write_task(owner, loop, begin, place, coroutine):
    global _no_step
    key = id(owner)
    task = _Task()
    task.number = next(_numbers)
    task.since = monotonic_ns()
    task.due, task.stale = 0, task.since + _STALE
    task.idle = task.flat = task.quick = False
    task.steps = task.run = task.longest = 0
    task.site = task.what = task.how = task.depth = 0
    task.flags, task.object, task.code, task.instruction = FLAG_FOREIGN, UNKNOWN, None, -1
    task.resumed = task.moved = 0
    number = task.number

    def dropped(reference):
        if _over.get(key) is task:
            del _over[key]
        elif _pending.get(key) is task:
            del _pending[key]
            guarded(_write_dropped, task)

    task.reference = weakref.ref(owner, dropped)
    site, flags = place
    if type(getattr(owner, "_Task__step", None)) is MethodType or type(getattr(owner, "_Task__wakeup", None)) is MethodType:
        _no_step = None
    if flags & FLAG_FOREIGN:  # The library made it: what the task runs tells more.
        site, flags = _site_of_code(getattr(coroutine, "cr_code", None), coroutine) or place
    current = sys.modules["asyncio.tasks"].current_task(loop)
    write(
        TASK_RECORD.pack_into, begin, number, _number_of(current), _name_of(owner),
        text_number(str(getattr(coroutine, "__qualname__", ""))), site, _made_for(), flags, TASK,
    )
    if owner.done():  # An eager one.
        task.steps, task.run = 1, task.since - begin
        task.longest = task.run
        _over[key] = task
        _write_end(task, owner, task.since)
        return
    _pending[key] = task
    if getattr(owner, "_fut_waiter", None) is not None:  # An eager one, suspended.
        task.steps, task.run = 1, task.since - begin
        task.longest = task.run
        _suspended(task, owner, task.since)


def _write_dropped(task):
    write(
        TASK_END_RECORD.pack_into, monotonic_ns(), task.run, task.longest, task.number, min(task.steps, UNKNOWN), 0, 0,
        TASK_END_DROPPED, 0, TASK_END,
    )


def _name_of(owner):
    get_name = getattr(owner, "get_name", None)
    return text_number(str(get_name())) if get_name is not None else 0


def _made_for():
    """The descriptor of the connection whose callback is running; found by the loop's frame, as tasks are made rarely."""
    frame = sys._getframe(1)
    for _ in range(_HIGHEST):
        if frame is None:
            break
        if frame.f_code is _run_code:
            handle = frame.f_locals.get("self")
            callback = handle._callback
            transport, _ = _called_for(handle, callback, getattr(callback, "__self__", None))
            return descriptor_of(transport)
        frame = frame.f_back
    return UNKNOWN


def _called_for(handle, callback, owner):
    """The transport that a callback is called for, and the function that a reader of the program knows."""
    if hasattr(owner, "get_extra_info"):
        protocol = getattr(owner, "_protocol", None)
        protocol = getattr(protocol, "_app_protocol", None) or protocol  # TLS stands between.
        return owner, _method_for_data(protocol)
    first = handle._args[0] if handle._args else None
    return (first if hasattr(first, "get_extra_info") else None), callback


def _method_for_data(protocol):
    kind = type(protocol)
    client_connected = getattr(protocol, "_client_connected_cb", None)
    if client_connected is not None:
        return client_connected
    name = "buffer_updated" if hasattr(kind, "buffer_updated") else "data_received"
    return getattr(kind, name, None)


def _site_of_function(function):
    while isinstance(function, partial):
        function = function.func
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    return _site_of_code(code, function) or (0, FLAG_FOREIGN)


def _site_of_code(code, named):
    return None if code is None else site_of_code(code, str(getattr(named, "__qualname__", code.co_name)))


# ── connections and executors ─────────────────────────────────────────────────────────────────────────────────


def _making_transport(original):
    def before(transport, loop, sock, protocol, *arguments, **keywords):
        return sock, protocol

    def after(state, result, failure):
        sock, protocol = state
        protocol = getattr(protocol, "_app_protocol", None) or protocol
        site, flags = _site_of_function(_method_for_data(protocol))
        name = text_number(type(protocol).__qualname__)
        write(PROTOCOL_RECORD.pack_into, monotonic_ns(), descriptor_of(sock), name, site, flags, PROTOCOL)

    return observe(original, before, after)


def _running_in_executor(original):
    def before(loop, executor, function, *arguments):
        return executor, function

    def after(state, result, failure):
        executor, function = state
        if failure is not None or type(result) is CoroutineType:
            return
        if isinstance(function, partial) and function.args and getattr(function.func, "__name__", "") == "run":
            function = function.args[0]  # to_thread runs a context's run.
        name = qualified_name(function) or "a function"
        prefix = getattr(executor, "_thread_name_prefix", "")
        executor_futures[result] = text_number("%s in %s" % (name, prefix) if prefix else name)

    return observe(original, before, after)
