"""Processes that are ended by another: terminate(), kill(), os.kill().

A process that a signal ends has the exit code -N. terminate() only *asks*: a process that
handles SIGTERM is still alive right after it, and may leave with a code of its own.

In Forkscope: an arrow from the line that sends the signal to the process it ends, the
signal's name as the end of the process, and an error exit told apart from both.
"""

import multiprocessing
import os
import signal
import sys
import time

context = multiprocessing.get_context("fork")


def sleep(ready):
    ready.release()
    time.sleep(60)


def be_polite(ready, may_leave):
    def clean_up(signum, frame):
        may_leave.acquire()
        sys.exit(5)

    signal.signal(signal.SIGTERM, clean_up)
    ready.release()
    time.sleep(60)


def fail(ready):
    ready.release()
    raise ValueError("a worker that fails")


def start(name, target, *args):
    ready = context.Semaphore(0)
    process = context.Process(target=target, args=(ready, *args), name=name)
    process.start()
    ready.acquire()
    return process


def report(process):
    process.join()
    print(f"{process.name}: exit code {process.exitcode}, alive {process.is_alive()}", flush=True)


def main():
    terminated = start("terminated", sleep)
    terminated.terminate()  # sends SIGTERM
    report(terminated)

    killed = start("killed", sleep)
    killed.kill()  # sends SIGKILL
    report(killed)

    signalled = start("signalled", sleep)
    os.kill(signalled.pid, signal.SIGUSR1)  # sends SIGUSR1
    report(signalled)

    may_leave = context.Semaphore(0)
    polite = start("polite", be_polite, may_leave)
    polite.terminate()  # asks politely
    print(f"polite: right after terminate() alive {polite.is_alive()}", flush=True)
    may_leave.release()
    report(polite)

    report(start("failed", fail))


if __name__ == "__main__":
    main()
