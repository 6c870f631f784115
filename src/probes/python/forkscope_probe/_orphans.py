"""With which status an orphan leaves: nobody can wait for it, and Python says nowhere how it ends.

A SystemExit that the program raises is gone before any code of Python's runs, and so is the difference between that and
falling off the end. But the C library hands exit's status to whom on_exit(3) names:

    on_exit(putw, file)    ─►  at exit: putw(status, file), then every open file is flushed

Both functions are the library's own, so nothing of Python's runs when Python is gone. The file, four bytes beside the
log, is read and deleted by the observer. Done at the very end, and only by a process whose parent is gone and whose
status is unknown: that one pays for an import of ctypes. What is not there (a C library without on_exit, no ctypes, a
folder that is not ours any more) leaves the status unknown.
"""
import os


def leave_word(folder, process):
    from ctypes import CDLL, c_char_p, c_int, c_void_p, cast

    library = CDLL(None)
    on_exit, putw, fdopen = library.on_exit, library.putw, library.fdopen
    fdopen.restype, fdopen.argtypes = c_void_p, (c_int, c_char_p)
    on_exit.restype, on_exit.argtypes = c_int, (c_void_p, c_void_p)
    path = os.path.join(folder, "%d.status" % process)
    file = fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), b"w")
    if file:
        on_exit(cast(putw, c_void_p), file)
