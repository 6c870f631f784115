"""Starts interpreters that no probe can get into, beside one that it can."""

import os
import subprocess
import sys

CODE = "import sys; print(sys.flags.isolated, sys.flags.no_site, sys.flags.ignore_environment, 'forkscope_probe' in sys.modules)"
for options, environment in ((["-I"], None), (["-S"], None), (["-E"], None), ([], {}), (["-s"], None)):
    done = subprocess.run([sys.executable, *options, "-c", CODE], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(options, environment, done.returncode, done.stdout.decode().split()[:3], flush=True)
os.execv(sys.executable, [sys.executable, "-I", "-c", "print('the end')"])
