"""Talks with a person at a terminal: a question, colours, a window's size."""

import os
import sys

print("terminals:", sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty())
print("size:", tuple(os.get_terminal_size()))
print("foreground:", os.tcgetpgrp(0) == os.getpgrp())
name = input("\x1b[1mname?\x1b[0m ")
print("\x1b[32mhello %s\x1b[0m" % name)
print("on stderr", file=sys.stderr)
secret = sys.stdin.readline()
print("then:", repr(secret), "and the end:", repr(sys.stdin.readline()))
