"""One process, one thread, one client at a time.

Accept a client, serve it until it leaves, accept the next one. Connect two clients
and type only into the second: nothing comes back until the first one has left.

In Forkscope: the second connection begins *queued*. Its wait points at the line below
that holds the loop, and at the client that line is waiting for.
"""

import argparse
import socket


def serve_client(connection):
    with connection:
        while True:
            data = connection.recv(1024)  # waits for the client
            if not data:
                break
            connection.sendall(data)


def main():
    parser = argparse.ArgumentParser(description="Echo server: one client after the other.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", options.port))
        listener.listen(5)
        print("listening on %s:%d" % listener.getsockname(), flush=True)

        served = 0
        while served != options.connections:
            connection, _ = listener.accept()  # accepts
            serve_client(connection)
            served += 1
    print(f"served {served} connections")


if __name__ == "__main__":
    main()
