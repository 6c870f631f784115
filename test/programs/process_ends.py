"""The ways in which a process ends: normally, with an error, by a fatal fault, killed by another.

The first two are the process's own decision, the last two are not. A parent learns which it
was from the exit status; in Forkscope the word stands beside it, and a signal has its sender.

In Forkscope: the exits of the children told apart; an arrow from the line that sends the
signal to the process that dies of it; the daemon process that is ended because the program
is done, by a signal from the main thread.
"""

import ctypes
import multiprocessing
import os
import signal
import sys
import time


def falls_off_the_end():
    pass


def says_so():
    sys.exit(0)


def gives_a_code():
    sys.exit(3)


def gives_a_reason():
    sys.stderr = open(os.devnull, "w")
    sys.exit("no such file")


def raises():
    sys.stderr = open(os.devnull, "w")
    raise ValueError("nobody catches this")


def leaves_at_once():
    os._exit(5)


def aborts():
    os.abort()


def reads_nothing():
    ctypes.string_at(0)


def works_for_ever():
    while True:
        time.sleep(60)


def serves_for_ever(ready):
    ready.set()
    works_for_ever()


def child(function):
    """A forked process that calls the function and ends as Python ends."""
    sys.stdout.flush()
    pid = os.fork()  # forks
    if pid == 0:
        function()
        sys.exit(0)
    return pid


def describe(status):
    if os.WIFSIGNALED(status):
        return "signal %d" % os.WTERMSIG(status)
    return "code %d" % os.WEXITSTATUS(status)


def main():
    for function in (falls_off_the_end, says_so, gives_a_code, gives_a_reason, raises, leaves_at_once, aborts, reads_nothing):
        _, status = os.waitpid(child(function), 0)
        print("%s: %s" % (function.__name__, describe(status)))
    victim = child(works_for_ever)
    os.kill(victim, signal.SIGKILL)  # kills
    print("works_for_ever: %s" % describe(os.waitpid(victim, 0)[1]))

    context = multiprocessing.get_context("fork")
    ready = context.Event()
    daemon = context.Process(target=serves_for_ever, args=(ready,), name="daemon", daemon=True)
    daemon.start()  # starts the daemon
    ready.wait()
    print("a daemon process, and the program ends: daemon %s, alive %s" % (daemon.daemon, daemon.is_alive()))


if __name__ == "__main__":
    main()
