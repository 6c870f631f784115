"""The standard library's socketserver.TCPServer: still one client at a time.

The class looks like a framework, but process_request() calls the handler directly,
so a silent client keeps everybody else waiting.

In Forkscope: the model is *iterative*, as for a hand-written accept loop. A queued
connection points at the line of handle() that is waiting for the client in service.
"""

import argparse
import socketserver


class EchoHandler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:  # waits for the client
            self.wfile.write(line)


def main():
    parser = argparse.ArgumentParser(description="Echo server: socketserver.TCPServer.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    socketserver.TCPServer.allow_reuse_address = True
    with socketserver.TCPServer(("127.0.0.1", options.port), EchoHandler) as server:
        print("listening on %s:%d" % server.server_address, flush=True)
        if options.connections is None:
            server.serve_forever()
        for _ in range(options.connections):
            server.handle_request()  # accepts
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    main()
