"""Children of every kind, each of which is there until it is told to end: python -I, a static or plain program, a shell's, a fork."""

import os
import subprocess
import sys

pipe, other = os.pipe()


def wait_and_exit(status):
    os.close(other)
    os.read(pipe, 1)
    os._exit(status)


isolated = subprocess.Popen([sys.executable, "-I", "-c", "import sys; sys.stdin.read(); sys.exit(3)"], stdin=subprocess.PIPE)
plain = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
shell = subprocess.Popen(["sh", "-c", "cat; exit 5"], stdin=subprocess.PIPE, env={})
forked = os.fork()
if forked == 0:
    for process in (isolated, plain, shell):
        process.stdin.close()
    wait_and_exit(6)
print(isolated.pid, plain.pid, shell.pid, forked, flush=True)

sys.stdin.readline()
for process in (isolated, plain, shell):
    process.stdin.close()
os.close(other)
sys.stdin.readline()  # All four are zombies meanwhile.
for _ in range(4):
    os.wait()
print("reaped", flush=True)
sys.stdin.read()
