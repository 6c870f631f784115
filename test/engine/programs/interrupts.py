"""Is interrupted again and again while it calls what a tracer wraps. No interrupt may be lost, and none may show a tracer's frame."""

import os
import select
import signal
import socket
import sys
import threading
import time
import traceback

ROUNDS = 400
PATIENCE = 5

heard, tell = os.pipe()
main = os.getpid()
child = os.fork()
if child == 0:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(tell)
    lost = 0
    while os.read(heard, 1):
        time.sleep((os.urandom(1)[0] % 64) / 20000)
        os.kill(main, signal.SIGINT)
        while not select.select([heard], [], [], PATIENCE)[0]:
            lost += 1
            os.kill(main, signal.SIGINT)
    os._exit(min(lost, 255))
os.close(heard)

near, far = socket.socketpair()
lock = threading.Lock()
shown = set()
count = -1
while count < ROUNDS:
    try:
        count += 1
        os.write(tell, b"!")
        while True:
            near.send(b"x")
            far.recv(10)
            select.select([near], [], [], 0)
            lock.acquire(timeout=0.0001)
            lock.acquire(timeout=0.0001)
            lock.release()
            time.sleep(0)
    except KeyboardInterrupt:
        for frame in traceback.extract_tb(sys.exc_info()[2]):
            if "forkscope_probe" in frame.filename:
                shown.add("%s:%d" % (os.path.basename(frame.filename), frame.lineno))
    if lock.locked():
        lock.release()
os.close(tell)
_, status = os.waitpid(child, 0)
print(count, "interrupts,", os.WEXITSTATUS(status), "lost; frames shown:", sorted(shown))
