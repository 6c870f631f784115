"""Runs a command at a terminal of its own and plays the person.

    python3 at_terminal.py SCRIPT COMMAND…

SCRIPT is a JSON list of ["wait", TEXT] (until the screen shows it), ["type", TEXT], ["key", "interrupt" | "end"].
Prints JSON: everything the screen showed, in latin-1, and the exit status as a shell says it.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

KEYS = {"interrupt": b"\x03", "quit": b"\x1c", "end": b"\x04"}
DEADLINE = 20


def main():
    script = json.loads(sys.argv[1])
    deadline = time.monotonic() + DEADLINE
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
        os.execvp(sys.argv[2], sys.argv[2:])
    screen = b""
    seen = 0  # What a wait has found is not found again.
    closed = False
    while not closed:
        while script:
            what, value = script[0]
            if what == "wait":
                found = screen.find(value.encode(), seen)
                if found < 0:
                    break
                seen = found + len(value.encode())
            else:
                os.write(terminal, KEYS[value] if what == "key" else value.encode())
            script.pop(0)
        ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            os.kill(child, 9)
            sys.exit("not within %d s; left to do: %r; screen: %r" % (DEADLINE, script, screen))
        try:
            data = os.read(terminal, 65536)
        except OSError:  # EIO: nobody has the terminal open any more.
            data = b""
        closed = not data
        screen += data
    _, status = os.waitpid(child, 0)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    print(json.dumps({"screen": screen.decode("latin-1"), "status": code, "undone": script}))


if __name__ == "__main__":
    main()
