"""A prefork echo server: the workers are there before the clients, and all accept on one listener.

The parent listens, forks its workers and then only waits for them. Every worker stands in
accept on the same listener; a client goes to one of them, and while it is served that
worker takes no other. When all are busy, the next client waits in the queue.

In Forkscope: the model *prefork* with how many clients each worker won; each connection
belongs to the worker that accepted it.
"""

import argparse
import os
import socket


def serve(listener, turns):
    for _ in range(turns):
        connection, _ = listener.accept()  # accepts
        while True:
            data = connection.recv(1024)  # waits for the client
            if not data:
                break
            connection.sendall(data)
        connection.close()


def main():
    parser = argparse.ArgumentParser(description="Echo server: workers that share a listener.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--turns", type=int, default=1, help="clients that each worker serves before it ends")
    options = parser.parse_args()

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.listen(5)
    for _ in range(options.workers):
        if os.fork() == 0:  # forks a worker
            serve(listener, options.turns)
            os._exit(0)
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    for _ in range(options.workers):
        os.wait()
    print("%d workers have served %d clients each" % (options.workers, options.turns))


if __name__ == "__main__":
    main()
