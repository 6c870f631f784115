"""Ends in the way that its argument names."""

import os
import signal
import sys

way, value = sys.argv[1:]
print("about to end", flush=True)
print("a word on stderr", file=sys.stderr, flush=True)
if way == "code":
    sys.exit(int(value))
elif way == "text":
    sys.exit(value)
elif way == "immediately":
    os._exit(int(value))
elif way == "error":
    raise ValueError(value)
elif way == "signal":
    number = getattr(signal, value)
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
elif way == "exec":
    os.execvp("sh", ["sh", "-c", "echo from the shell; exit %s" % value])
