"""One thread, many clients: a loop over selectors, as in the standard library's own example."""

import selectors
import socket


def main():
    loop = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    loop.register(listener, selectors.EVENT_READ)
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    while True:
        for key, _ in loop.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                connection.setblocking(False)
                loop.register(connection, selectors.EVENT_READ)
                continue
            data = key.fileobj.recv(1024)
            if data:
                key.fileobj.send(data)
            else:
                loop.unregister(key.fileobj)
                key.fileobj.close()


if __name__ == "__main__":
    main()
