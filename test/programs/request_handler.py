"""A request handler's three steps: setup, handle, finish.

socketserver calls them in this order, and finish also where handle fails. Where setup fails, neither
of the others is called. The server survives all of that: it prints the traceback and goes on.

In Forkscope: the three are spans inside the connection, and an exception is the finding
*handler-failed* with its type and its line.
"""

import argparse
import socketserver


class LineHandler(socketserver.StreamRequestHandler):
    greeting = b""

    def setup(self):
        super().setup()
        self.command = self.rfile.readline().strip()
        if self.command == b"refuse":
            raise PermissionError("not today")  # fails in setup

    def handle(self):
        if self.command == b"divide":
            1 / 0  # fails in handle
        self.wfile.write(self.command + b"\n")


class Quiet(socketserver.TCPServer):
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass  # The default prints a traceback.


def main():
    parser = argparse.ArgumentParser(description="Lines are answered; 'divide' and 'refuse' fail.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    with Quiet(("127.0.0.1", options.port), LineHandler) as server:
        print("listening on %s:%d" % server.server_address, flush=True)
        if options.connections is None:
            server.serve_forever()
        for _ in range(options.connections):
            server.handle_request()  # accepts
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    main()
