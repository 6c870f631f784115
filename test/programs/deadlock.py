"""Two threads that each hold a lock and wait for the other one's: neither will ever go on.

One transfers from A to B, the other from B to A, and each takes the lock of the account it
takes money from first. A barrier makes sure that it happens every time. Taking the locks in
one order, whatever the direction, would be the cure.

In Forkscope: both lanes end in a wait for a lock, and a finding names the two threads and
the two lines.
"""

import threading
import time


class Account:
    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()


def transfer(source, target, both_have_one):
    with source.lock:
        both_have_one.wait()
        with target.lock:  # waits for ever
            print("never printed")


def main():
    a, b = Account("A"), Account("B")
    both_have_one = threading.Barrier(2)
    threads = [
        threading.Thread(target=transfer, args=(a, b, both_have_one), name="A to B", daemon=True),
        threading.Thread(target=transfer, args=(b, a, both_have_one), name="B to A", daemon=True),
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.4)
    for thread in threads:
        print(f"{thread.name}: alive {thread.is_alive()}")
    print("leaving without them")


if __name__ == "__main__":
    main()
