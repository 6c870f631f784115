"""A fixed number of threads for all clients: ThreadPoolExecutor behind an accept loop.

The main thread accepts and hands each client to the pool. Two workers serve two clients;
a third one is accepted, but nobody serves it until a worker is free.

In Forkscope: workers that live longer than any client, and connections handed over to
them from the main thread.
"""

import argparse
import socket
from concurrent.futures import ThreadPoolExecutor


def serve(connection):
    with connection:
        while True:
            data = connection.recv(1024)  # waits for the client
            if not data:
                break
            connection.sendall(data)


def main():
    parser = argparse.ArgumentParser(description="Echo server: a pool of threads.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    parser.add_argument("--workers", type=int, default=2, help="threads of the pool")
    options = parser.parse_args()

    accepted = 0
    with socket.create_server(("127.0.0.1", options.port)) as listener:
        print("listening on %s:%d" % listener.getsockname(), flush=True)
        with ThreadPoolExecutor(options.workers, thread_name_prefix="worker") as pool:
            while accepted != options.connections:
                connection, _ = listener.accept()  # waits for a client
                pool.submit(serve, connection)
                accepted += 1
    print(f"served {accepted} connections")


if __name__ == "__main__":
    main()
