"""Starts a child in each way that a debugger follows; every one says a word, and ends with a status of its own."""
import multiprocessing
import os
import subprocess
import sys


def work(text):
    print("worker", text, flush=True)
    sys.exit(3)


def main():
    child = os.fork()  # forks
    if child == 0:
        print("forked", flush=True)
        os._exit(4)
    print("collected", os.waitpid(child, 0)[1] >> 8, flush=True)
    for words in (["-c", "print('code', flush=True); raise SystemExit(6)"], [os.path.abspath(__file__), "leaf"]):
        print("collected", subprocess.run([sys.executable, *words]).returncode, flush=True)
    worker = multiprocessing.get_context("spawn").Process(target=work, args=("spawned",), name="worker")
    worker.start()
    worker.join()
    print("collected", worker.exitcode, flush=True)
    return 5


if __name__ == "__main__":
    if sys.argv[1:] == ["leaf"]:
        print("leaf", flush=True)  # stops in the leaf
        sys.exit(7)
    sys.exit(main())
