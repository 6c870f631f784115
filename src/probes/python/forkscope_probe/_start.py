"""Starts the probe in an interpreter that is to be recorded; whether it is, sitecustomize has decided."""
import os
import sys

from . import _arena, _by_number, _channels, _descriptors, _imports, _leaving, _process, _subprocess, _tracebacks, _waits
from ._text import without_debugger

_started = False


def start(folder):
    """Start the probe, once; `folder` is the run's."""
    global _started
    command = _command()
    if _started or _is_resource_tracker(command) or _is_debuggers_own(command):
        return
    _started = True
    _arena.open_arena(folder)
    _process.begin_image(command)
    _descriptors.tell_inherited()
    _process.install()
    _subprocess.install()
    _channels.install()
    _by_number.install()
    _leaving.install()
    _tracebacks.install()
    _waits.install()
    _imports.install()
    if hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled():  # 3.13
        from . import _gaps

        _gaps.tell(_gaps.GAP_FREE_THREADED)


def _command():
    """The arguments the process was started with, the interpreter's own options among them."""
    arguments = getattr(sys, "orig_argv", None)  # 3.10
    if arguments:
        return arguments
    try:
        with open("/proc/self/cmdline", "rb") as file:
            return [os.fsdecode(argument) for argument in file.read().split(b"\0")[:-1]]
    except OSError:
        return [sys.executable] + sys.argv


def _is_resource_tracker(command):
    """multiprocessing's resource tracker is the library's, not the program's: it must outlive and outwait everyone."""
    return any(without_debugger(argument).startswith("from multiprocessing.resource_tracker import main") for argument in command)


def _is_debuggers_own(command):
    """debugpy's adapter and launcher are processes of the debugger's alone. They have our variables where the editor has, or the program calls listen."""
    words = iter(command[1:])
    for word in words:
        if word == "-m":
            return next(words, "") == "debugpy.adapter"
        if word in ("-X", "-W"):
            next(words, "")
        elif not word.startswith("-"):
            return word.rstrip("/").endswith(("/debugpy/adapter", "/debugpy/launcher"))
        elif word == "-c":
            return False
    return False
