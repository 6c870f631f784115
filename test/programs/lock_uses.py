"""Locks and their like in less common uses, one after the other.

A Lock that one thread takes and another one releases, an RLock that its holder takes again,
waits that time out, a barrier that is broken, a condition that is waited for with a question,
a semaphore with two permits that are both taken.

In Forkscope: each wait at its line, what ended it, and a time limit that passed ends a wait
by nobody.
"""

import threading
import time

pause = 0.06


def thread(function, *args, name):
    made = threading.Thread(target=function, args=args, name=name)
    made.start()
    return made


def let_go_later(lock):
    time.sleep(pause)
    lock.release()  # lets go for another thread


def take_two(lock, holds):
    with lock, lock:
        holds.set()
        time.sleep(pause)


def wait_until_broken(barrier):
    try:
        barrier.wait()  # waits until it is broken
    except threading.BrokenBarrierError:
        print("broken")


def answer(condition, answers):
    with condition:
        condition.wait_for(lambda: len(answers) == 2)  # waits for two answers


def occupy(permits, holds):
    with permits:
        holds.wait()
        time.sleep(pause)


def main():
    lock = threading.Lock()
    lock.acquire()
    releaser = thread(let_go_later, lock, name="releaser")
    lock.acquire()  # waits for the releaser
    print("in time:", lock.acquire(timeout=pause))  # waits in vain for itself
    lock.release()
    releaser.join()

    lock, holds = threading.RLock(), threading.Event()
    holder = thread(take_two, lock, holds, name="holds it twice")
    holds.wait()
    with lock:  # waits for both
        pass
    holder.join()

    event = threading.Event()
    print("set in time:", event.wait(pause))  # waits in vain for the event
    barrier = threading.Barrier(2)
    waiter = thread(wait_until_broken, barrier, name="barrier")
    time.sleep(pause)
    barrier.abort()  # breaks it
    waiter.join()

    condition, answers = threading.Condition(), []
    waiter = thread(answer, condition, answers, name="condition")
    for number in range(2):
        time.sleep(pause)
        with condition:
            answers.append(number)
            condition.notify()  # gives an answer
    waiter.join()

    permits, holds = threading.BoundedSemaphore(2), threading.Barrier(3)
    occupiers = [thread(occupy, permits, holds, name=f"occupier {number}") for number in (1, 2)]
    holds.wait()
    with permits:  # waits for a permit
        pass
    for occupier in occupiers:
        occupier.join()


if __name__ == "__main__":
    main()
