"""
gevent's patches and the recorder's in one process, in both orders: gevent first is a program that imports its modules after
monkey.patch_all(), gevent last one that has imported them before. Greenlets then share one thread: while one waits in recv,
another one sends. Prints what every greenlet got.
"""
import sys

if sys.argv[1] == "last":
    import select, selectors, socket, ssl, subprocess, threading  # noqa: E401,F401

from gevent import monkey

monkey.patch_all()

import socket  # noqa: E402
import subprocess  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402

import gevent  # noqa: E402

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)
port = listener.getsockname()[1]
print("listening on 127.0.0.1:%d" % port, flush=True)


def serve(connection):
    with connection:
        while True:
            data = connection.recv(100)
            if not data:
                return
            time.sleep(0.01)
            connection.sendall(data.upper())


def accept(count):
    handlers = []
    for _ in range(count):
        connection, _ = listener.accept()
        handlers.append(gevent.spawn(serve, connection))
    gevent.joinall(handlers)


def ask(name):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        answers = []
        for number in range(5):
            connection.sendall(("%s %d" % (name, number)).encode("ascii"))
            answers.append(connection.recv(100).decode("ascii"))
    return answers


server = gevent.spawn(accept, 4)
clients = [gevent.spawn(ask, "client%d" % number) for number in range(4)]
gevent.joinall(clients)
print(*(each.value for each in clients), sep="\n")
server.join()

lock, events = threading.Lock(), []


def work(number):
    with lock:
        time.sleep(0.01)
        events.append(number)


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(events))
print(subprocess.run(["echo", "a child"], stdout=subprocess.PIPE).stdout)
