"""Loads the Forkscope probe into every Python of a traced run, then gives way to the user's own sitecustomize.

This folder stands first on PYTHONPATH, so `site` finds this file and runs it before the program. Whoever looks
afterwards must find the interpreter as it would be without us: our folder is off sys.path (it stays in the
environment, for the grandchildren), and the import of the user's sitecustomize, or the ImportError where there is
none, happens here exactly as `site` expects it. Any interpreter may come by, so this file must run on all of them.
"""
import os
import sys


def _leave_path():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    return here


def _load_probe(here):
    if os.environ.get("FORKSCOPE_RUN") and sys.version_info >= (3, 8) and sys.implementation.name == "cpython":
        # Our own bytecode is written whatever the program wants for its: compiling anew would delay every start.
        no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, False
        sys.path.insert(0, here)
        try:
            if no_bytecode:
                __spec__.loader.get_code(__name__)  # This very file's was not; where it is there, that is 0.1 ms.
            from forkscope_probe import _start, without_collections
            sys.path.remove(here)
            without_collections(_start.start)
        finally:
            sys.dont_write_bytecode = no_bytecode
            if here in sys.path:
                sys.path.remove(here)


_here = _leave_path()
try:
    _load_probe(_here)
except Exception:
    pass  # A guest that can't come in stays outside, without a word.
sys.path_importer_cache.pop(_here, None)
sys.modules.pop("sitecustomize", None)
import sitecustomize  # noqa: E402,F401  The user's, or the ImportError that `site` knows how to take.
