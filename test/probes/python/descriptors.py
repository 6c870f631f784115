"""Counts on its descriptors: their numbers, closing all of them, reusing them, as programs that become daemons do."""
import atexit
import os
import socket
import threading


def descriptors():
    return sorted(int(name) for name in os.listdir("/proc/self/fd"))


def exchange(near, far, rounds):
    for _ in range(rounds):
        near.send(b"x")
        far.recv(1)


def main():
    print(descriptors())
    near, far = socket.socketpair()
    threads = [threading.Thread(target=exchange, args=(near, far, 50)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    exchange(near, far, 2000)
    print(descriptors(), near.fileno(), far.fileno())

    os.closerange(3, 1024)
    near.detach()
    far.detach()
    kept = open("kept.txt", "w")
    others = [open(os.devnull) for _ in range(6)]
    near, far = socket.socketpair()
    exchange(near, far, 3000)
    print(descriptors(), kept.fileno(), [other.fileno() for other in others])
    if os.fork() == 0:
        exchange(near, far, 500)
        os._exit(0)
    os.wait()
    kept.write("what the program wrote last is there")
    atexit.register(lambda: print(descriptors()))


main()
