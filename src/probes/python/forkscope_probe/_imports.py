"""Patches a module when the program imports it, and not before: what it never imports must cost it nothing.

A finder at the head of sys.meta_path lets the others find the few modules we care about, and puts itself between
their loader and the module's first execution. The module's __spec__ and __loader__ are the real ones again before its
code runs.
"""
import sys

from . import bring

# Module → function of the probe that patches it: a module's name, a function's name.
_PATCHES = {
    "threading": ("_threads", "patch_threading"),
    "queue": ("_queues", "patch_queue"),
    "socket": ("_sockets", "patch_socket"),
    "socketserver": ("_handlers", "patch_socketserver"),
    "ssl": ("_tls", "patch_ssl"),
    "fcntl": ("_passing", "patch_fcntl"),
    "select": ("_polls", "patch_select"),
    "_posixsubprocess": ("_subprocess", "patch_posixsubprocess"),
    "multiprocessing.process": ("_multiprocessing", "patch_process"),
    "multiprocessing.queues": ("_multiprocessing", "patch_queues"),
    "multiprocessing.synchronize": ("_process_locks", "patch_synchronize"),
    "signal": ("_signals", "patch_signal"),
    "concurrent.futures.thread": ("_futures", "patch_thread_pool"),
    "asyncio.events": ("_asyncio", "patch_events"),
    "asyncio.base_events": ("_asyncio", "patch_base_events"),
    "asyncio.selector_events": ("_asyncio", "patch_selector_events"),
    "gevent._socket3": ("_gevent", "patch_sockets"),
    "gevent.hub": ("_gaps", "patch_gevent"),
    "eventlet.hubs.hub": ("_gaps", "patch_eventlet"),
    "uvloop": ("_gaps", "patch_uvloop"),
    "_xxsubinterpreters": ("_gaps", "patch_interpreters"),
    "_interpreters": ("_gaps", "patch_interpreters"),
    "traceback": ("_tracebacks", "patch_traceback"),
    "_pydevd_bundle.pydevd_constants": ("_pydevd", "patch_constants"),
    "_pydevd_bundle.pydevd_command_line_handling": ("_pydevd", "patch_main"),
    "pydevd": ("_pydevd", "patch_debugger"),
}
# Extensions that are known to make connections of their own in C.
_PATCHES.update(dict.fromkeys((
    "psycopg2._psycopg", "psycopg_binary.pq", "psycopg_c.pq", "MySQLdb._mysql", "pymssql._mssql", "pyodbc", "oracledb.thick_impl",
    "grpc._cython.cygrpc", "pycurl", "zmq.backend.cython.context", "zmq.backend.cython._zmq", "confluent_kafka.cimpl",
), ("_gaps", "found_library")))

# Module → what the probe then loads at once (see __init__). `socket` imports selectors, and that imports select.
_TOGETHER = {"threading": "threads", "socket": "sockets", "select": "sockets"}


def install():
    for name in _PATCHES:
        module = sys.modules.get(name)
        if module is not None:
            _patch(name, module)
    sys.meta_path.insert(0, _Finder)


def _patch(name, module):
    from . import _guest

    part, function = _PATCHES[name]
    no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, False  # See sitecustomize.
    try:
        if name in _TOGETHER and (name != "select" or "socket" in sys.modules):
            bring(_TOGETHER[name])
        patches = __import__("%s.%s" % (__package__, part), None, None, [function])
        getattr(patches, function)(module)
    except Exception as error:
        _guest.turn_off(error)
    finally:
        sys.dont_write_bytecode = no_bytecode


class _Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in _PATCHES:
            return None
        for finder in sys.meta_path:
            if finder is not _Finder and hasattr(finder, "find_spec"):
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    if hasattr(spec.loader, "exec_module"):
                        spec.loader = _Loader(spec.loader)
                    return spec
        return None


class _Loader:
    def __init__(self, loader):
        self.loader = loader

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        spec.loader = self.loader
        try:
            return self.loader.create_module(spec)
        finally:
            spec.loader = self

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        _patch(module.__name__, module)
