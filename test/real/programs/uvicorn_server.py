"""uvicorn with two workers as its own command line starts them, on a port of the system's choice, which that can't tell."""
import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

if __name__ == "__main__":
    config = uvicorn.Config("asgi_app:app", workers=2, loop=sys.argv[1], lifespan="off")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.set_inheritable(True)
    print("listening on 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    Multiprocess(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
