"""Prints what a program can see of its surroundings, as JSON."""

import atexit
import builtins
import inspect
import json
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time

same = {
    "argv": sys.argv,
    "path": sys.path,
    "flags": repr(sys.flags),
    "hooks": len(sys.path_hooks),
    "builtins": dir(builtins),
    "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),
    "threads": [thread.name for thread in threading.enumerate()],
    "tasks": len(os.listdir("/proc/self/task")),
    "handlers": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE)],
    "blocked": sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))),
    "tracing": [str(sys.gettrace()), str(sys.getprofile())],
    "hooked": [hook.__name__ for hook in (threading.excepthook, sys.excepthook)],
    "umask": os.umask(0o22),
    "dont_write_bytecode": sys.dont_write_bytecode,
    "recursion": sys.getrecursionlimit(),
    "frames": [frame.function for frame in inspect.stack()],
    "names": [
        (made.__module__, made.__qualname__, made.__doc__ is None)
        for made in (
            socket.socket,
            socket.socket.accept,
            socket.socket.close,
            socket.create_server,
            threading.Thread.start,
            threading.Thread.join,
            os.fork,
            os.waitpid,
            os._exit,
            time.sleep,
            subprocess.Popen.__init__,
            socketserver.BaseServer.serve_forever,
        )
    ],
}
print(
    json.dumps(
        {
            "same": same,
            "atexit": atexit._ncallbacks(),
            "modules": sorted(sys.modules),
            "environment": dict(os.environ),
            "finders": [getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path],
        }
    )
)
