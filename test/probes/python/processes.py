"""Every way in which a process begins and ends."""
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time


def nested_fork():
    if os.fork() == 0:  # forks
        if os.fork() == 0:  # forks again
            os._exit(7)
        os.wait()
        os._exit(5)
    os.wait()


def fork_in_thread():
    child = os.fork()  # forks in a thread
    if child == 0:
        os._exit(3)
    os.waitpid(child, 0)


def fork_and_exec():
    child = os.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", "raise SystemExit(4)"])  # executes
    os.waitpid(child, 0)


def work(number):
    time.sleep(0.001 * number)


class Worker(multiprocessing.Process):
    def run(self):
        pass


def start_processes():
    for method in ("fork", "spawn", "forkserver"):
        process = multiprocessing.get_context(method).Process(target=work, args=(1,), name="by-" + method, daemon=True)
        process.start()  # starts a process
        process.join()
    worker = Worker(name="worker")
    worker.start()
    worker.join()


def main():
    nested_fork()
    thread = threading.Thread(target=fork_in_thread)
    thread.start()
    thread.join()
    fork_and_exec()
    subprocess.check_call(["true", "argument"])  # runs a program
    subprocess.check_call(["true"], preexec_fn=lambda: None)
    child = os.posix_spawn(sys.executable, [sys.executable, "-I", "-c", "pass"], os.environ)
    os.waitid(os.P_PID, child, os.WEXITED)
    os.system("exit 6")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as sleeper:
        os.kill(sleeper.pid, signal.SIGTERM)  # signals
    print(sleeper.returncode)
    start_processes()
    sys.exit(9)


if __name__ == "__main__":
    main()
