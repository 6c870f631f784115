"""A subclass of multiprocessing.Process: the work is its run() method.

What a worker sets in itself stays in its own memory; results travel through a queue.

In Forkscope: processes named after the class, Summer-1 to Summer-3, each started by the
main process and joined by it.
"""

import multiprocessing


class Summer(multiprocessing.get_context("fork").Process):
    def __init__(self, numbers, results):
        super().__init__()
        self.numbers = numbers
        self.results = results
        self.total = None

    def run(self):
        self.total = sum(self.numbers)
        self.results.put(self.total)


def main():
    results = multiprocessing.get_context("fork").SimpleQueue()
    summers = [Summer(range(size), results) for size in (10, 100, 1000)]
    for summer in summers:
        summer.start()  # starts the process
    totals = sorted(results.get() for _ in summers)
    for summer in summers:
        summer.join()  # waits for the process
        print(f"{summer.name}: total here {summer.total}, exit code {summer.exitcode}")
    print("totals from the queue:", totals)


if __name__ == "__main__":
    main()
