"""Evaluates a condition in frames as programs have them, as a debugger does: with the frame's globals and variables."""

import asyncio
import json
import os
import socket
import sys

conditions = json.loads(sys.argv[1])  # by name, with FD and PID in place of the numbers
asked = []


def evaluate(name, fd, pid=None):
    frame = sys._getframe(1)
    text = conditions[name].replace("424242", str(fd)).replace("434343", str(pid or os.getpid()))
    return eval(compile(text, "<condition>", "eval"), frame.f_globals, frame.f_locals)


class Hostile:
    """Whatever is asked of it, it tells, and fails."""

    def __getattr__(self, name):
        asked.append(name)
        raise RuntimeError(name)

    def __getattribute__(self, name):
        asked.append(name)
        raise RuntimeError(name)

    def __eq__(self, other):
        asked.append("__eq__")
        raise RuntimeError("__eq__")

    __hash__ = None

    @property
    def __class__(self):
        asked.append("__class__")
        raise RuntimeError("__class__")


class Slotted:
    __slots__ = ("request",)


class Handler:
    def __init__(self, request):
        self.request = request

    def handle(self, other):
        hostile, slotted, module, kind = Hostile(), Slotted(), json, Handler
        return evaluate("receive", self.request.fileno()), evaluate("receive", other)


def plain(connection, other):
    # The program's own names for what the condition is made of.
    any = type = list = vars = issubclass = b = d = S = None
    return evaluate("receive", connection.fileno()), evaluate("receive", other)


def closed(connection):
    number = connection.fileno()
    connection.close()
    return evaluate("receive", number)


async def streams():
    found = []

    async def serve(reader, writer):
        sock = writer.get_extra_info("socket").fileno()
        del writer
        found.append((evaluate("receive", sock), evaluate("receive", sock + 500)))
        done.set()

    done = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    await done.wait()
    writer.close()
    server.close()
    return found[0]


def forks():
    parent = os.getpid()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        told = [evaluate("fork", 0, parent), evaluate("child", 0, parent), evaluate("child", 0, parent + 1)]
        os.write(writing, json.dumps(told).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return [evaluate("fork", 0), evaluate("child", 0), *json.loads(os.read(reading, 1000))]


one, two = socket.socketpair()
three, four = socket.socketpair()
print(json.dumps({
    "plain": plain(one, three.fileno()),
    "attribute": Handler(one).handle(three.fileno()),
    "elsewhere": (lambda one: evaluate("elsewhere", one.fileno()))(one),
    "streams": asyncio.run(streams()),
    "forks": forks(),
    "closed": closed(four),
    "asked": asked,
}))
