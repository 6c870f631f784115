"""Looks at frames: whose are in a traceback and in a stack, and what the ones that an exception keeps keep alive."""
import asyncio
import gc
import os
import select
import socket
import subprocess
import sys
import threading
import time
import traceback
import weakref

gc.disable()  # What dies does so at once, or never.


# ── tracebacks, as whoever walks them by hand sees them ───────────────────────────────────────────────────────


def functions_of(error):
    names = []
    entry = error.__traceback__
    while entry is not None:
        names.append(entry.tb_frame.f_code.co_name)
        entry = entry.tb_next
    return names


def show_failures():
    nobody = 2 ** 22 + 5
    near, _far = socket.socketpair()
    near.setblocking(False)
    room = bytearray(1)
    for call in (
        lambda: os.read(nobody, 1), lambda: os.write(nobody, b""), lambda: os.close(nobody), lambda: os.kill(nobody, 0),
        lambda: os.waitpid(nobody, 0), lambda: os.waitpid(nobody, os.WNOHANG), lambda: near.recv(1), lambda: near.recv_into(room),
        lambda: near.recv(1, socket.MSG_PEEK), lambda: near.recv_into(room, 1, socket.MSG_PEEK), lambda: near.recvfrom(1),
        lambda: near.recvmsg(1), lambda: near.accept(), lambda: socket.socket().connect(("127.0.0.1", 1)),
        lambda: socket.create_connection(("127.0.0.1", 1)), lambda: select.select([nobody], [], [], 0), lambda: time.sleep(-1),
        lambda: threading.Lock().release(), lambda: threading.Thread().join(), lambda: subprocess.run(["/nowhere"]),
        lambda: os.execv("/nowhere", ["nowhere"]), lambda: threading.Condition().wait(), lambda: threading.Condition().notify(),
    ):
        try:
            call()
        except Exception as error:
            print(type(error).__name__, functions_of(error))


# ── the stack ─────────────────────────────────────────────────────────────────────────────────────────────────


def show_stack(depth):
    """From which of its callers the stack without a given frame begins, differs by version."""
    if depth:
        return show_stack(depth - 1)
    for stack in (list(traceback.walk_stack(None)), deeper()):
        print([(frame.f_code.co_name, line) for frame, line in stack])


def deeper():
    return list(traceback.walk_stack(None))


# ── tracing ───────────────────────────────────────────────────────────────────────────────────────────────────


def show_traced():
    """What a trace function of the program's is shown."""
    near, far = socket.socketpair()
    watched = select.poll()

    def calls():
        far.send(b"x")
        near.recv(1)
        watched.poll(0)
        os.close(os.dup(near.fileno()))
        time.sleep(0)
        with threading.Lock():
            import this_is_nowhere

    def tracer(frame, event, argument):
        if "importlib" not in frame.f_code.co_filename:
            events.append((frame.f_code.co_name, event))
        return tracer

    events = []
    sys.settrace(tracer)
    is_the_same = sys.gettrace() is tracer
    try:
        calls()
    except ImportError:
        pass
    sys.settrace(None)
    print(is_the_same, sys.gettrace(), events)

    def failing(frame, event, argument):
        raise LookupError(event)

    sys.settrace(failing)
    try:
        calls()
    except LookupError as error:
        print(error, sys.gettrace(), sys.settrace, sys.gettrace)


# ── what lives how long ───────────────────────────────────────────────────────────────────────────────────────


class Value:
    pass


async def show_lives():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("never retrieved:", context["exception"]))

    async def failing(value):
        raise KeyError("1")

    for make in (asyncio.Task, loop.create_task):  # The first one is not made by the loop.
        value = Value()
        watched = weakref.ref(value)
        make(failing(value))
        del value
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        print("gone" if watched() is None else "kept")

    def callback(value):
        raise KeyError("2")

    value = Value()
    watched = weakref.ref(value)
    loop.call_soon(callback, value)
    del value
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("gone" if watched() is None else "kept")


def show_kept():
    """An exception that is kept: what was given to the call that raised it is not."""
    kept = []
    for failing in (
        lambda value: os.kill(Number(value), 0), lambda value: time.sleep(Number(value)),
        lambda value: os.waitpid(Number(value), 0),
    ):
        value = Value()
        watched = weakref.ref(value)
        try:
            failing(value)
        except Exception as error:
            entry = error.__traceback__
            error.__traceback__ = entry.tb_next.tb_next  # Without the frames that are this program's.
            kept.append(error)
        del value, entry
        print("gone" if watched() is None else "kept")


class Number:
    """A number that there is no process of, and no time of either."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return 2 ** 80


def show_hooks():
    """Once an exception has come through a wrapped call, the hooks are looked at too; so is what they say to nonsense."""
    nonsense = (KeyError, KeyError("1"), "no traceback")
    for hook, arguments in ((sys.unraisablehook, (KeyError("1"),)), (sys.excepthook, nonsense), (threading.excepthook, (1,))):
        try:
            print(hook(*arguments))
        except Exception as error:
            print(type(error).__name__, error, functions_of(error) if sys.version_info >= (3, 11) else "")


show_stack(4)
show_traced()
try:
    os.close(2 ** 22 + 5)
except OSError:
    show_hooks()
asyncio.run(show_lives())
if sys.version_info >= (3, 11):  # Before, a traceback is kept apart from its exception while that is on its way.
    show_failures()
    show_kept()
