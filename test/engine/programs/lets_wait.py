"""An iterative server that accepts one client for each line on its standard input."""

import socket
import sys

family = socket.AF_INET6 if sys.argv[1] == "6" else socket.AF_INET
with socket.socket(family) as listener:
    listener.bind(("", 0))
    listener.listen(5)
    print(listener.getsockname()[1], flush=True)
    for _ in sys.stdin:
        connection, peer = listener.accept()
        print(peer[1], flush=True)
        connection.close()
