"""Signals to oneself, to a child and to a thread that waits for one.

In Forkscope: an arrow from the line that sends the signal to whom it is sent, the handler's
runs in the main thread, and a thread that waits for a signal.
"""

import os
import signal
import threading

got = []


def note(signum, frame):
    got.append(signum)


def wait_for_signal(waiting):
    waiting.set()
    signal.sigwait([signal.SIGUSR2])  # waits for a signal


def main():
    signal.signal(signal.SIGUSR1, note)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])

    os.kill(os.getpid(), signal.SIGUSR1)  # sends to the own process
    signal.raise_signal(signal.SIGUSR1)  # raises it here
    print("handled:", len(got))

    pid = os.fork()
    if pid == 0:
        while True:
            signal.pause()  # waits for its end
    os.kill(pid, signal.SIGTERM)  # ends the child
    print("child ended by:", os.waitpid(pid, 0)[1])

    waiting = threading.Event()
    waiter = threading.Thread(target=wait_for_signal, args=(waiting,), name="waiter")
    waiter.start()
    waiting.wait()
    waiter.join(0.05)
    signal.pthread_kill(waiter.ident, signal.SIGUSR2)  # sends to the thread
    waiter.join()


if __name__ == "__main__":
    main()
