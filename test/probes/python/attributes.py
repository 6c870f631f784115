"""Looks at the very things that the probe replaces."""
import copy
import inspect
import os
import pickle
import select
import socket
import sys
import threading
import time
import types

builtins = [time.sleep, os.fork, os.waitpid, os.kill, os._exit, os.execv, os.system, select.select, select.poll]
for function in builtins:
    print(function, function.__name__, function.__qualname__, function.__module__, function.__self__)
    print(isinstance(function, types.BuiltinFunctionType), inspect.isbuiltin(function), callable(function))
    print(pickle.loads(pickle.dumps(function)) is function, copy.copy(function) is function)
    print(copy.deepcopy(function) is function, (function.__doc__ or "")[:20])
    try:
        print(inspect.signature(function))
    except ValueError as error:
        print(error)

methods = ["recv", "recv_into", "recvfrom", "send", "sendall", "sendto", "accept", "connect", "bind", "listen", "close",
           "detach", "dup", "shutdown", "makefile", "getsockopt"]
for name in methods:
    method = getattr(socket.socket, name)
    print(name, method.__name__, method.__qualname__, (method.__doc__ or "")[:30])
    try:
        print(inspect.signature(method))
    except ValueError as error:
        print(str(error).split("<")[0])
for method in (threading.Thread.start, threading.Thread.join, threading.Condition.wait, threading.Thread.run):
    print(method.__name__, method.__qualname__, method.__module__, inspect.signature(method), method.__doc__[:30])


class Sleeper:
    nap = time.sleep


class Counting(socket.socket):
    count = 0

    def recv(self, *arguments):
        self.count += 1
        return super().recv(*arguments)


Sleeper().nap(0)
near, far = socket.socketpair()
counting = Counting(near.family, near.type, near.proto, fileno=near.detach())
far.send(b"abc")
print(counting.recv(10), counting.count, socket.socket.recv is not Counting.recv)
print(repr(counting).split(" fd")[0], type(select.poll()), repr(select.poll()).split(" at")[0])
if hasattr(select, "epoll"):
    with select.epoll() as watcher:
        print(type(watcher), select.epoll, isinstance(watcher, select.epoll), watcher.closed)
        watcher.register(far, select.EPOLLIN)
        counting.send(b"z")
        print(watcher.poll(10) == [(far.fileno(), select.EPOLLIN)], watcher.fileno() > 2)
    print(watcher.closed)
# The names of its arguments changed with 3.9.
names = ("out", "in") if sys.version_info < (3, 9) else ("out_fd", "in_fd")
with open(__file__) as file:
    print(os.sendfile(offset=0, count=3, **dict(zip(names, (far.fileno(), file.fileno())))), counting.recv(10))
print([function in os.supports_fd for function in (os.execve, os.fork, os.stat)], {os.fork: "fork"}[os.fork])
print(select.select == select.select, os.fork != os.forkpty, len({time.sleep, time.sleep, os.wait}))
print([module for module in sys.modules if module in ("socket", "select", "threading", "traceback", "ssl", "signal")])
print(socket.__spec__, type(socket.__loader__), socket.__file__)
print(sys.path, os.environ.get("FORKSCOPE_NOTHING"), "sitecustomize" in sys.modules, sys.dont_write_bytecode)
