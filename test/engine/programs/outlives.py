"""A server that is told to fill its recording, and what has to outlive that: a thread that waits for ever, a child, a connection.

Each line on standard input is answered with a line once so many exchanges are done; at its end everything ends.
"""
import os
import socket
import sys
import threading

held = threading.Lock()
held.acquire()


def blocked():
    held.acquire()


def handle(connection):
    with connection:
        while True:
            data = connection.recv(64)
            if not data:
                return
            connection.sendall(data)


def accept(server):
    while True:
        connection, _ = server.accept()
        threading.Thread(target=handle, args=(connection,)).start()


def fill(exchanges):
    left, right = socket.socketpair()
    with left, right:
        for _ in range(exchanges):
            left.send(b"x")
            right.recv(1)


server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=blocked, name="blocked", daemon=True).start()
threading.Thread(target=accept, args=(server,), name="acceptor", daemon=True).start()
until, end = os.pipe()
child = os.fork()
if child == 0:
    os.close(end)
    os.read(until, 1)
    os._exit(7)
print(server.getsockname()[1], flush=True)
for line in sys.stdin:
    fill(int(line))
    print("filled", flush=True)
os.close(end)
os.waitpid(child, 0)
