"""A server class of one's own, made concurrent by socketserver.ThreadingMixIn.

The same TCPServer as in socketserver_tcp.py; the mix-in in front of it replaces
process_request() by one that starts a thread.

In Forkscope: compare the two. There a second client is queued while the first is
served, here its connection is accepted at once and handed to a thread of its own.
"""

import argparse
import socketserver


class ShoutHandler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:  # waits for the client
            self.wfile.write(line.upper())


class ShoutServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = 16


def main():
    parser = argparse.ArgumentParser(description="Server that answers in capitals: ThreadingMixIn.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    with ShoutServer(("127.0.0.1", options.port), ShoutHandler) as server:
        print("listening on %s:%d" % server.server_address, flush=True)
        if options.connections is None:
            server.serve_forever()
        for _ in range(options.connections):
            server.handle_request()  # accepts
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    main()
