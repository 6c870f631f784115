"""A thread per client. A line that starts with "work" is answered only after so many milliseconds, so that the state it
puts its connection into lasts long enough to be looked for in a picture."""

import os
import socketserver
import time


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line.startswith(b"work "):
                time.sleep(int(line[5:]) / 1000)
            self.wfile.write(line)


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
    # The terminal it runs in belongs to the editor, so the bench learns the port from a file.
    place = os.environ["FORKSCOPE_BENCH_PORT"]
    with open(place + ".new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(place + ".new", place)
    server.serve_forever()
