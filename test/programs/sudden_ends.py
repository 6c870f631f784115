"""Ends that nobody can prepare for, and ends that nobody waits for.

A process that dies of a fault or of a signal runs no more of its code: no finally, no atexit, no last
word. What it did until then must be known all the same. An orphan ends in peace, but its parent is
gone, so that nobody is told how.

In Forkscope: each child with the end that it had and, where a line of its own ended it, that line;
the orphans' exit status, although nobody has collected them.
"""

import faulthandler
import os
import resource
import signal
import sys
import time


def segfaults():
    import ctypes

    faulthandler.enable(open(os.devnull, "w"))
    ctypes.string_at(0)


def kills_itself():
    os.kill(os.getpid(), signal.SIGKILL)  # kills itself


def overflows_the_stack():
    sys.setrecursionlimit(10**6)
    nested = []
    for _ in range(60_000):
        nested = [nested]
    repr(nested)


def finds_no_memory():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    bytearray(1 << 40)


def leaves_at_once():
    os._exit(6)


def falls_off_the_end():
    pass


def raises_an_exit():
    raise SystemExit(7)


def raises_a_reason():
    raise SystemExit("no such file")


def calls_the_shell_s_exit():
    exit(9)


def says_so():
    sys.exit(3)


def quietly(function):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    function()


def wait_until_adopted(parent):
    while os.getppid() == parent:
        time.sleep(0.01)


def orphan(function):
    """Forks a parent that forks the orphan and ends; returns in the orphan, as True."""
    middle = os.fork()
    if middle == 0:
        parent = os.getpid()
        if os.fork() == 0:  # forks an orphan
            wait_until_adopted(parent)
            return True
        os._exit(0)
    os.waitpid(middle, 0)
    return False


def main():
    for function in (segfaults, kills_itself, overflows_the_stack, finds_no_memory, leaves_at_once):
        pid = os.fork()  # forks a child
        if pid == 0:
            return quietly(function)
        status = os.waitpid(pid, 0)[1]
        print("%s: %s" % (function.__name__, "signal" if os.WIFSIGNALED(status) else "code"), flush=True)
    reading, writing = os.pipe()
    for function in (falls_off_the_end, raises_an_exit, raises_a_reason, calls_the_shell_s_exit, says_so, leaves_at_once):
        if orphan(function):
            return quietly(function)
    os.close(writing)
    os.read(reading, 1)  # until no orphan is left
    print("the orphans are gone")


if __name__ == "__main__":
    main()
