"""A multiprocessing.Process per client: a chat that answers every message.

With --start-method fork the child is a copy of this process; with spawn it is a new
interpreter that imports this file again and is sent the connection.

In Forkscope: processes with the names chat-1, chat-2 ... Run it once with each start
method and compare how the children begin, and how long that takes.
"""

import argparse
import multiprocessing
import socket


def chat(connection):
    with connection:
        while True:
            message = connection.recv(1024)  # waits for the client
            if not message:
                break
            connection.sendall(b"you said: " + message)


def main():
    parser = argparse.ArgumentParser(description="Chat server: a multiprocessing.Process per client.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    parser.add_argument("--start-method", choices=["fork", "spawn", "forkserver"], default="fork")
    options = parser.parse_args()
    context = multiprocessing.get_context(options.start_method)

    chats = []
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", options.port))
        listener.listen(5)
        print("listening on %s:%d" % listener.getsockname(), flush=True)

        while len(chats) != options.connections:
            connection, _ = listener.accept()  # accepts
            process = context.Process(
                target=chat, args=(connection,), name=f"chat-{len(chats) + 1}", daemon=True
            )
            process.start()  # starts the process
            connection.close()
            chats.append(process)

    for process in chats:
        process.join()  # waits for the process
        print(f"{process.name} ended with {process.exitcode}")


if __name__ == "__main__":
    main()
