"""One thread for all clients: an event loop by hand, with selectors.

The loop waits until any socket is ready, then does the little that can be done without
waiting, and waits again. --with chooses the system call below: select, poll or epoll.

In Forkscope: one thread, many overlapping connections, and polls that say how many
sockets they watch.
"""

import argparse
import selectors
import socket

SELECTORS = {
    "select": selectors.SelectSelector,
    "poll": selectors.PollSelector,
    "epoll": getattr(selectors, "EpollSelector", selectors.DefaultSelector),
}


def main():
    parser = argparse.ArgumentParser(description="Echo server: an event loop with selectors.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    parser.add_argument("--with", dest="way", choices=SELECTORS, default="epoll", help="the system call")
    options = parser.parse_args()

    served = 0
    with SELECTORS[options.way]() as selector, socket.create_server(("127.0.0.1", options.port)) as listener:
        print("listening on %s:%d" % listener.getsockname(), flush=True)
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ)
        while served != options.connections:
            for key, _ in selector.select():  # waits for everybody
                if key.fileobj is listener:
                    connection, _ = listener.accept()
                    connection.setblocking(False)
                    selector.register(connection, selectors.EVENT_READ)
                    continue
                data = key.fileobj.recv(1024)  # receives what is there
                if data:
                    key.fileobj.sendall(data)
                else:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                    served += 1
    print(f"served {served} connections")


if __name__ == "__main__":
    main()
