"""Programs that no probe gets into, long enough for an observer to see them: a shell with a child, an isolated interpreter."""

import subprocess
import sys

shell = subprocess.Popen(["sh", "-c", "sleep 0.6; exit 3"])
isolated = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(0.6); raise SystemExit(4)"])
killed = subprocess.Popen(["sleep", "60"])
print(shell.wait(), isolated.wait())
killed.terminate()
print(killed.wait())
