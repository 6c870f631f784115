"""A child for every exit code and one for every signal that ends a process: what their parent sees of them."""

import os
import resource
import signal
import sys

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
SIGNALS = ["HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "XCPU", "SYS"]


def reap(child):
    pid, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)


codes = []
for code in range(256):
    child = os.fork()
    if child == 0:
        if code % 2:
            os._exit(code)
        sys.exit(code)
    codes.append(reap(child))
print("codes:", codes)

ends = []
for name in SIGNALS:
    number = getattr(signal, "SIG" + name)
    child = os.fork()
    if child == 0:
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        os._exit(99)
    ends.append(reap(child))
print("signals:", ends)
