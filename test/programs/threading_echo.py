"""A thread per client: socketserver.ThreadingTCPServer.

The main thread only accepts. Each client gets a thread of its own, which runs handle()
until that client leaves, so a silent client keeps nobody waiting.

In Forkscope: one process, and a new thread for every connection. Each connection is
handed over from the main thread to its handler; a handler whose client is silent
is shown waiting at the line of handle() that receives.
"""

import argparse
import contextlib
import socketserver


class EchoHandler(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            data = self.request.recv(1024)  # waits for the client
            if not data:
                break
            self.request.sendall(data)


def main():
    parser = argparse.ArgumentParser(description="Echo server: a thread per client.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", options.port), EchoHandler) as server:
        print("listening on %s:%d" % server.server_address, flush=True)
        if options.connections is None:
            with contextlib.suppress(KeyboardInterrupt):
                server.serve_forever()  # serves until it is stopped
            return
        for _ in range(options.connections):
            server.handle_request()  # accepts
    # Leaving the with block has joined the handler threads.
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    main()
