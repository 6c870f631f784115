"""A process that forks while another thread of it runs, and holds a lock.

The child has a copy of the forking thread alone. The lock was held at that moment, so in the
child it is held for ever, by a thread that is not there: acquire() can only time out.

In Forkscope: a finding that names the thread which the child does not have, and the lock by
the line that made it.
"""

import os
import threading
import warnings

lock = threading.Lock()  # made here


def work(holds, done):
    with lock:
        holds.set()
        done.wait()


def main():
    warnings.simplefilter("ignore", DeprecationWarning)  # From 3.12 on Python warns of this very thing.
    holds, done = threading.Event(), threading.Event()
    worker = threading.Thread(target=work, args=(holds, done), name="worker")
    worker.start()
    holds.wait()

    pid = os.fork()  # forks beside the worker
    if pid == 0:
        got = lock.acquire(timeout=0.1)  # waits in vain
        os.write(1, b"child: got the lock %d, threads %d\n" % (got, threading.active_count()))
        os._exit(0)
    os.waitpid(pid, 0)
    done.set()
    worker.join()
    print("parent: lock held", lock.locked())


if __name__ == "__main__":
    main()
