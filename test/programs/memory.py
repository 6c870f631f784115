"""A global that a thread changes, and a global that a child process changes.

A thread shares its process's memory: what it changes, everybody in the process sees. A
process has its own: fork gives the child a copy, and what the child changes there
never comes back. Whatever a child has to tell needs a way, here its exit code.

In Forkscope: the thread is a lane of the main program, the child a process beside it. The details of
the one say that its memory is shared, of the other that it is its own.
"""

import multiprocessing
import sys
import threading

total = 0


def add():
    global total
    total += 1


def add_and_tell():
    add()
    sys.exit(total)


def main():
    thread = threading.Thread(target=add, name="thread")
    thread.start()  # starts the thread
    thread.join()
    print(f"after the thread: {total}")

    child = multiprocessing.get_context("fork").Process(target=add_and_tell, name="child")
    child.start()  # starts the child
    child.join()
    print(f"in the child: {child.exitcode}, here after the child: {total}")


if __name__ == "__main__":
    main()
