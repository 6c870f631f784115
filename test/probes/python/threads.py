"""Threads of every kind, and the waits of threads for each other."""
import functools
import queue
import threading
import _thread


def wait_for_all(parts):
    parts["queue"].get()  # waits in a queue
    parts["event"].wait()  # waits for an event
    parts["semaphore"].acquire()  # waits at a semaphore
    with parts["condition"]:
        parts["condition"].wait()  # waits for a condition
    parts["barrier"].wait()  # waits at a barrier


class Walker(threading.Thread):
    def run(self):
        pass


def until(condition):
    while not condition():
        pass


def main():
    parts = {
        "queue": queue.Queue(), "event": threading.Event(), "semaphore": threading.Semaphore(0),
        "condition": threading.Condition(), "barrier": threading.Barrier(2),
    }
    waiter = threading.Thread(target=wait_for_all, args=(parts,), name="waiter")
    waiter.start()  # starts
    until(lambda: parts["queue"].not_empty._waiters)
    parts["queue"].put(1)
    until(lambda: parts["event"]._cond._waiters)
    parts["event"].set()
    until(lambda: parts["semaphore"]._cond._waiters)
    parts["semaphore"].release()
    until(lambda: parts["condition"]._waiters)
    with parts["condition"]:
        parts["condition"].notify()
    until(lambda: parts["barrier"].n_waiting)
    parts["barrier"].wait()
    waiter.join()  # joins

    for thread in (Walker(name="walker"), threading.Thread(target=functools.partial(print, "partial"), daemon=True)):
        thread.start()
        thread.join()
    done = _thread.allocate_lock()
    done.acquire()
    _thread.start_new_thread(done.release, ())
    done.acquire()
    last = threading.Event()
    threading.Thread(target=last.wait, name="last").start()
    threading.Timer(0.5, last.set).start()  # The main thread ends first, also on a busy machine.


main()
