"""Datagrams: UDPServer, ThreadingUDPServer, ForkingUDPServer.

There is no connection to accept: each datagram is a request of its own, and the handler answers to
the address that it came from. `--kind threading` gives each request a thread, `--kind forking` a
process; all of them answer on the one socket that the server is bound to.

In Forkscope: the model is *datagram*. The datagrams are told per client, both ways, with every
thread that had to do with them: the one that received and the one that answered.
"""

import argparse
import socketserver
import threading


class ShoutHandler(socketserver.DatagramRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.read().upper())  # sent by finish()


KINDS = {
    "iterative": socketserver.UDPServer,
    "threading": socketserver.ThreadingUDPServer,
    "forking": socketserver.ForkingUDPServer,
}


def main():
    parser = argparse.ArgumentParser(description="Datagram server that answers in capitals.")
    parser.add_argument("--kind", choices=KINDS, default="iterative")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--requests", type=int, help="serve so many, then end")
    options = parser.parse_args()

    with KINDS[options.kind](("127.0.0.1", options.port), ShoutHandler) as server:
        print("listening on %s:%d" % server.server_address, flush=True)
        if options.requests is None:
            server.serve_forever()
        for _ in range(options.requests):
            server.handle_request()  # receives
        for thread in threading.enumerate()[1:]:
            thread.join()  # server_close() would take the socket from a thread that has not answered yet
    print(f"served {options.requests} requests")


if __name__ == "__main__":
    main()
