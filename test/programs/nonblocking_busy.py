"""Non-blocking without waiting: a loop that asks every socket again and again.

No call ever blocks, so the thread never rests: it burns a whole CPU to be told "not yet".

In Forkscope: the finding says how many such calls a second it makes, and at which line.
Compare selectors_echo.py, which asks the kernel to be woken.
"""

import argparse
import socket


def main():
    parser = argparse.ArgumentParser(description="Echo server: a busy loop of non-blocking calls.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    served, connections = 0, []
    with socket.create_server(("127.0.0.1", options.port)) as listener:
        print("listening on %s:%d" % listener.getsockname(), flush=True)
        connections.append(listener.accept()[0])  # waits for the first client
        connections[0].setblocking(False)
        listener.setblocking(False)
        while served != options.connections:
            try:
                connections.append(listener.accept()[0])  # asks for a client
                connections[-1].setblocking(False)
            except BlockingIOError:
                pass
            for connection in list(connections):
                try:
                    data = connection.recv(1024)  # asks for bytes
                except BlockingIOError:
                    continue
                if data:
                    connection.sendall(data)
                else:
                    connections.remove(connection)
                    connection.close()
                    served += 1
    print(f"served {served} connections")


if __name__ == "__main__":
    main()
