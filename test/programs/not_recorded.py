"""Children that the recorder can't enter, or not whole, each for another reason.

A recorder inside Python comes in through the environment when an interpreter starts. An interpreter may
be told not to look there (-I, -S, -E), may be started without that environment, may be
another program altogether; and a subinterpreter is a second Python in a process that has one.

In Forkscope: every child is in the tree with its birth and its end, and the tag "observed only" or
"partly seen"; its details say why. That nothing else is shown of it means that nobody could look.
"""

import os
import subprocess
import sys
from multiprocessing import resource_tracker
from subprocess import PIPE, Popen

NAP = "0.4"
WAITS = "import sys; sys.stdin.read()"


def in_a_subinterpreter(code):
    try:
        import _interpreters as interpreters  # Python 3.13
    except ImportError:
        import _xxsubinterpreters as interpreters
    number = interpreters.create()
    run = getattr(interpreters, "run_string", None) or interpreters.exec
    run(number, code)
    interpreters.destroy(number)


def main():
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FORKSCOPE"))}
    python = sys.executable
    children = [
        Popen([python, "-I", "-c", WAITS], stdin=PIPE),  # isolated
        Popen([python, "-S", "-c", WAITS], stdin=PIPE),  # without site
        Popen([python, "-E", "-c", WAITS], stdin=PIPE),  # without the environment
        Popen([python, "-c", WAITS], stdin=PIPE, env=bare),  # with an environment of its own
        Popen(["cat"], stdin=PIPE),  # another program
        Popen([python, "-c", WAITS], stdin=PIPE),  # recorded
    ]
    resource_tracker.ensure_running()  # the library's own helper
    in_a_subinterpreter("import socket; left, right = socket.socketpair(); left.send(b'unseen')")
    subprocess.call(["sleep", NAP])  # long enough to be looked at
    for child in children:
        child.communicate()
    print("ended with", *(child.returncode for child in children))


if __name__ == "__main__":
    main()
