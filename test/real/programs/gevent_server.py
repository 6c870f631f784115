"""A StreamServer of gevent that speaks just enough HTTP: one greenlet for each connection, all on one thread."""
from gevent import monkey

monkey.patch_all()

import signal  # noqa: E402

import gevent  # noqa: E402
from gevent.server import StreamServer  # noqa: E402


def serve(connection, address):
    with connection, connection.makefile("rb") as reader:
        while True:
            request = reader.readline().decode("latin-1").split()
            if len(request) != 3:
                return
            length = 0
            for line in iter(reader.readline, b"\r\n"):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            body = reader.read(length)
            gevent.sleep(0.001)
            answer = ("%s %s %d" % (request[0], request[1], len(body))).encode("latin-1")
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


server = StreamServer(("127.0.0.1", 0), serve)
server.start()
gevent.signal_handler(signal.SIGTERM, server.stop)
print("listening on 127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
