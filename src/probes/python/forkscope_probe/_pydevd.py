"""A debugger beside us in the process: pydevd, which debugpy and others are made of. Neither may show in the other."""
import os

from ._sites import HERE


def patch_constants(module):
    """Let pydevd take our frames for its own: it shows them in no call stack and steps over them.

    Else it takes them for the user's, since we are neither in the standard library nor installed. pydevd.py imports this
    tuple by name, later; what begins with a word of it, a file's path or name, is nobody's business.
    """
    names = getattr(module, "IGNORE_BASENAMES_STARTING_WITH", None)
    if type(names) is tuple:
        module.IGNORE_BASENAMES_STARTING_WITH = (*names, *{HERE, os.path.realpath(HERE) + os.sep})
