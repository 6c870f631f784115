"""A parent that collects its children in a handler for SIGCHLD, while it does other things.

Signals of one kind don't queue up: one SIGCHLD may stand for several children, so the handler
calls waitpid in a loop until nobody is left to collect.

In Forkscope: no zombie stays, each child is collected at the handler's line, the handler's
runs stand in the main thread, and the main thread waits for signals in between.
"""

import os
import signal

collected = {}


def reap(signum, frame):
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)  # collects a child
        except ChildProcessError:
            return
        if pid == 0:
            return
        collected[pid] = status >> 8


def main():
    signal.signal(signal.SIGCHLD, reap)
    print("the handler is", signal.getsignal(signal.SIGCHLD).__name__)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    children = []
    for code in (3, 4, 5):
        pid = os.fork()
        if pid == 0:
            os._exit(code)
        children.append(pid)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    while len(collected) < len(children):
        signal.sigtimedwait([signal.SIGUSR1], 0.05)  # waits for another signal
    print("left with:", [collected[pid] for pid in children])


if __name__ == "__main__":
    main()
