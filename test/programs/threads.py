"""Threads in all the ways they are made: function, subclass, named or not.

All of them share the memory of one process: each adds to the same list. One fails, which
ends that thread with a traceback and nothing else.

In Forkscope: one process with a lane per thread, under its name and with the function it
runs; enumerate() and active_count() show the same threads.
"""

import threading

results = []


def add(number, gate):
    gate.wait()
    results.append(number)


def fail(gate):
    gate.wait()
    raise ValueError("a thread that fails")


class Adder(threading.Thread):
    def __init__(self, number, gate):
        super().__init__(name="subclass")
        self.number = number
        self.gate = gate

    def run(self):
        add(self.number, self.gate)


def main():
    gate = threading.Event()
    threads = [
        threading.Thread(target=add, args=(1, gate)),
        threading.Thread(target=add, args=(2, gate), name="named"),
        Adder(3, gate),
        threading.Thread(target=fail, args=(gate,), name="failing"),
    ]
    print("before start:", threading.active_count())
    for thread in threads:
        thread.start()  # starts the thread
    print("after start:", threading.active_count())
    for thread in threading.enumerate():
        print(f"  {thread.name}: alive {thread.is_alive()}, daemon {thread.daemon}")

    gate.set()
    for thread in threads:
        thread.join()  # waits for the thread
    print("after join:", threading.active_count())
    print("results:", sorted(results))


if __name__ == "__main__":
    main()
