"""A forked child that waits for a lock which a thread of its parent held, and hangs.

Another thread writes a log message when the process forks, and so has two locks: the
program's own and that of logging's handler. logging makes its own anew in the child; the
program's stays locked for ever, by a thread that is not there.

In Forkscope: the child's wait, a finding that names the vanished holder and the line that
made the lock, and nothing of logging's lock.
"""

import logging
import os
import signal
import threading
import time
import warnings

lock = threading.Lock()  # made here


class SlowHandler(logging.StreamHandler):
    def emit(self, record):
        writes.set()
        done.wait()


writes, done = threading.Event(), threading.Event()


def work(logger):
    with lock:
        logger.warning("something")


def main():
    warnings.simplefilter("ignore", DeprecationWarning)  # From 3.12 on Python warns of forks beside threads.
    logger = logging.getLogger("work")
    handler = SlowHandler()
    logger.addHandler(handler)
    worker = threading.Thread(target=work, args=(logger,), name="worker")
    worker.start()
    writes.wait()

    pid = os.fork()  # forks beside the worker
    if pid == 0:
        handler.acquire()  # is free: logging has made it anew
        handler.release()
        with lock:  # waits for nobody
            os._exit(0)
    time.sleep(0.4)
    os.kill(pid, signal.SIGKILL)
    print("the child ended by signal", os.WTERMSIG(os.waitpid(pid, 0)[1]))
    done.set()
    worker.join()


if __name__ == "__main__":
    main()
