"""What a suspended task awaits, and at which line: read off the chain of its coroutines.

    handle()  ──await──►  StreamReader.readline()  ──►  readuntil()  ──►  _wait_for_data()  ──►  a future
    the user's line       what it awaits                                  the kind of wait, its connection

The chain is only looked at while the task is suspended, so every frame in it stands still. Locals are read from asyncio's
own frames alone: reading them (before 3.13) leaves a copy of them in the frame.
"""
from types import CoroutineType, GeneratorType
from weakref import WeakKeyDictionary

from ._sites import is_users, place_of
from ._schema import (
    FLAG_FOREIGN, TASK_WAIT_ACCEPT, TASK_WAIT_BARRIER, TASK_WAIT_CONDITION, TASK_WAIT_CONNECT, TASK_WAIT_EVENT,
    TASK_WAIT_EXECUTOR, TASK_WAIT_FUTURE, TASK_WAIT_LOCK, TASK_WAIT_PROCESS, TASK_WAIT_QUEUE, TASK_WAIT_RECEIVE,
    TASK_WAIT_SEMAPHORE, TASK_WAIT_SEND, TASK_WAIT_SLEEP, TASK_WAIT_TASK,
)
from ._text import text_number

UNKNOWN = 0xFFFFFFFF
_DEEPEST = 64

# By asyncio's module and function: the kind of wait, and the local that leads to what is waited for.
_WAITS = {
    ("asyncio.streams", "_wait_for_data"): (TASK_WAIT_RECEIVE, "self"),
    ("asyncio.streams", "drain"): (TASK_WAIT_SEND, "self"),
    ("asyncio.streams", "_drain_helper"): (TASK_WAIT_SEND, None),
    ("asyncio.selector_events", "sock_recv"): (TASK_WAIT_RECEIVE, "sock"),
    ("asyncio.selector_events", "sock_recv_into"): (TASK_WAIT_RECEIVE, "sock"),
    ("asyncio.selector_events", "sock_recvfrom"): (TASK_WAIT_RECEIVE, "sock"),
    ("asyncio.selector_events", "sock_sendall"): (TASK_WAIT_SEND, "sock"),
    ("asyncio.selector_events", "sock_accept"): (TASK_WAIT_ACCEPT, "sock"),
    ("asyncio.selector_events", "sock_connect"): (TASK_WAIT_CONNECT, "sock"),
    ("asyncio.tasks", "sleep"): (TASK_WAIT_SLEEP, None),
    ("asyncio.tasks", "wait_for"): (TASK_WAIT_TASK, "fut"),
    ("asyncio.tasks", "_wait"): (TASK_WAIT_TASK, None),
    ("asyncio.taskgroups", "__aexit__"): (TASK_WAIT_TASK, None),
    ("asyncio.queues", "get"): (TASK_WAIT_QUEUE, None),
    ("asyncio.queues", "put"): (TASK_WAIT_QUEUE, None),
    ("asyncio.queues", "join"): (TASK_WAIT_QUEUE, None),
    ("asyncio.base_subprocess", "_wait"): (TASK_WAIT_PROCESS, "self"),
}
# What these await inside is how they are built: an event, a condition, a future.
_BUILT_ON_OTHERS = (TASK_WAIT_QUEUE, TASK_WAIT_BARRIER, TASK_WAIT_SEND)
# asyncio.locks by class.
_LOCKS = {
    "Lock": TASK_WAIT_LOCK,
    "Condition": TASK_WAIT_CONDITION,
    "Semaphore": TASK_WAIT_SEMAPHORE,
    "BoundedSemaphore": TASK_WAIT_SEMAPHORE,
    "Event": TASK_WAIT_EVENT,
    "Barrier": TASK_WAIT_BARRIER,
}

# A future that run_in_executor gave → the name of what runs there. Weak: futures end when they do.
executor_futures = WeakKeyDictionary()


class Look:
    """What one look at a suspended task has found."""

    __slots__ = ("site", "flags", "what", "how", "object", "depth", "code", "instruction")


def look(task, number_of):
    """The place and the kind of a task's wait. `number_of` gives the number of an object that is a known task, else 0.

    `depth`, `code` and `instruction` say where the user's innermost frame stands in the chain: while that frame stands at
    the same instruction, the task waits at the same place.
    """
    found = Look()
    found.site = found.what = found.depth = 0
    found.flags = FLAG_FOREIGN
    found.how, found.object = TASK_WAIT_FUTURE, UNKNOWN
    found.code, found.instruction = None, -1
    awaited, kind = None, None
    link, depth, outermost = task.get_coro(), 0, None
    while depth < _DEEPEST:
        frame, following = _frame_of(link)
        if frame is None:
            break
        if is_users(frame.f_code):
            found.site, found.flags = place_of(frame)
            found.depth, found.code, found.instruction = depth, frame.f_code, frame.f_lasti
            awaited = kind = None
        else:
            if outermost is None:
                outermost = frame
            if awaited is None:
                awaited = frame
            if kind is None or kind[0] not in _BUILT_ON_OTHERS:
                kind = _kind_of(frame) or kind
        link = following
        depth += 1
    if found.code is None and outermost is not None:
        found.site, found.flags = place_of(outermost)
        found.code, found.instruction = outermost.f_code, outermost.f_lasti
    if kind is not None:
        found.how, found.object = kind[0], _object_of(kind, number_of)
    _look_at_future(task, awaited, found, number_of)
    return found


def _frame_of(link):
    kind = type(link)
    if kind is CoroutineType:
        return link.cr_frame, link.cr_await
    if kind is GeneratorType:
        return link.gi_frame, link.gi_yieldfrom
    return None, None


def _kind_of(frame):
    """(kind of wait, frame, name of the local that leads to its object) where asyncio's function is a known one."""
    module, function = frame.f_globals.get("__name__"), frame.f_code.co_name
    known = _WAITS.get((module, function))
    if known is not None:
        return known[0], frame, known[1]
    if module == "asyncio.locks" and function in ("acquire", "wait", "_block"):
        how = _LOCKS.get(type(frame.f_locals.get("self")).__name__)
        return None if how is None else (how, frame, None)
    return None


def _object_of(kind, number_of):
    how, frame, name = kind
    if name is None:
        return UNKNOWN
    holder = frame.f_locals.get(name)
    if how == TASK_WAIT_TASK:
        return number_of(holder) or UNKNOWN
    if how == TASK_WAIT_PROCESS:
        process = getattr(holder, "_pid", None)
        return process if isinstance(process, int) and process > 0 else UNKNOWN
    return descriptor_of(getattr(holder, "_transport", holder))


def descriptor_of(thing):
    """The descriptor of a socket, or of the one below a transport."""
    try:
        if not hasattr(thing, "fileno"):
            thing = thing.get_extra_info("socket")
        descriptor = thing.fileno()
    except Exception:
        return UNKNOWN  # None, closed, or somebody's own transport.
    return descriptor if isinstance(descriptor, int) and 0 <= descriptor < UNKNOWN else UNKNOWN


def _look_at_future(task, awaited, found, number_of):
    """The future at the chain's end: what no frame tells."""
    future = getattr(task, "_fut_waiter", None)
    if found.how == TASK_WAIT_FUTURE and future is not None:
        number = number_of(future)
        called = executor_futures.get(future)
        if number:
            found.how, found.object = TASK_WAIT_TASK, number
        elif called is not None:
            found.how, found.what = TASK_WAIT_EXECUTOR, called
            return
        elif type(future).__name__ == "_GatheringFuture":
            found.how = TASK_WAIT_TASK
            if awaited is None:
                found.what = text_number("gather")
    if awaited is not None:
        found.what = text_number(_name(awaited))


def _name(frame):
    code = frame.f_code
    if code.co_name == "__aenter__":
        return "async with %s" % type(frame.f_locals.get("self")).__name__
    name = getattr(code, "co_qualname", None)  # 3.11
    if name is not None:
        return name
    if code.co_varnames[:1] == ("self",) and frame.f_globals.get("__name__", "").startswith("asyncio."):
        return "%s.%s" % (type(frame.f_locals.get("self")).__name__, code.co_name)
    return code.co_name
