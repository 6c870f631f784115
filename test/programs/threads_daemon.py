"""Daemon threads: the process does not wait for them at its end.

Three threads with the same work. The daemon that is joined finishes; the ordinary
one finishes, because the process waits for it; the daemon nobody waits for is cut off.

In Forkscope: the lane of the daemon "cut off" ends with its process, and is marked as
cut off. The main thread's last wait is for the ordinary thread.
"""

import threading


def work(name, gate):
    gate.wait()
    print(f"{name}: finished", flush=True)


def main():
    never = threading.Event()
    now = threading.Event()
    later = threading.Event()
    cut_off = threading.Thread(target=work, args=("cut off", never), name="cut off", daemon=True)
    joined = threading.Thread(target=work, args=("joined", now), name="joined", daemon=True)
    ordinary = threading.Thread(target=work, args=("ordinary", later), name="ordinary")
    for thread in (cut_off, joined, ordinary):
        thread.start()  # starts the thread

    now.set()
    joined.join()  # waits for the thread
    print(f"cut off: still alive {cut_off.is_alive()}, daemon {cut_off.daemon}", flush=True)
    print("main: leaving", flush=True)
    threading.Timer(0.1, later.set).start()


if __name__ == "__main__":
    main()
