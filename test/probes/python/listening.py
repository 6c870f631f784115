"""A program that lets a debugger in by itself. Its thread is over when it forks."""
import os
import threading

import debugpy


def work():
    print("works", flush=True)  # stops at work


debugpy.configure(subProcess=False)
print("listening on 127.0.0.1:%d" % debugpy.listen(("127.0.0.1", 0))[1], flush=True)
debugpy.wait_for_client()
thread = threading.Thread(target=work, name="mine")
thread.start()
thread.join()
child = os.fork()
if child == 0:
    os._exit(3)
print("collected", os.waitpid(child, 0)[1] >> 8, flush=True)
