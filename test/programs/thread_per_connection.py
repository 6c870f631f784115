"""A thread per client, by hand: accept, start a thread, accept again.

What ThreadingTCPServer does, without the classes.

In Forkscope: an arrow leads from the line that starts each thread to the thread, and
the connection changes hands there. At the end the main thread waits for the handlers
one after the other: see which thread each join waits for, and how long.
"""

import argparse
import socket
import threading


def serve_client(connection):
    with connection:
        while True:
            data = connection.recv(1024)  # waits for the client
            if not data:
                break
            connection.sendall(data)


def main():
    parser = argparse.ArgumentParser(description="Echo server: a thread per client, by hand.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    handlers = []
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", options.port))
        listener.listen(5)
        print("listening on %s:%d" % listener.getsockname(), flush=True)

        while len(handlers) != options.connections:
            connection, _ = listener.accept()  # accepts
            handler = threading.Thread(
                target=serve_client, args=(connection,), name=f"client-{len(handlers) + 1}"
            )
            handler.start()  # starts the thread
            handlers.append(handler)

    for handler in handlers:
        handler.join()  # waits for the handler
    print(f"served {len(handlers)} connections")


if __name__ == "__main__":
    main()
