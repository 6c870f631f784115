"""The Forkscope probe for CPython: records who forks whom, which thread serves which connection, who waits for whom.

Reading order: sitecustomize (when it runs at all), _start, _arena and _segments (how a record reaches the log), _text and _sites
(names and source lines), _guest and _tracebacks (how calls are wrapped without being noticed), _imports (when), then
one module per subject.

Here stands how they are loaded. To find and read a module costs 0.1 ms, several times what running it takes, and a server
needs 30 of ours before its first line. So those that are needed together are kept together: one file beside their
bytecode, made by the first process that has loaded them, holds the code of all. It counts only while every source is
as it was, and is trusted as the bytecode beside it is, but for a file of somebody else's than whose our sources or this
process are; without it, everything is imported as usual.
"""
import os
import sys
from _frozen_importlib_external import MAGIC_NUMBER
from _imp import _fix_co_filename
from marshal import dumps, loads

_gc_is_new = "gc" not in sys.modules
import gc  # noqa: E402

if _gc_is_new:
    del sys.modules["gc"]  # The program has not imported it.

# Each after those that it imports: one that is out of order costs an ordinary import.
_TOGETHER = {
    "start": (
        "_schema", "_segments", "_arena", "_text", "_sites", "_tracebacks", "_guest", "_groups", "_leaving", "_process",
        "_descriptors", "_hints", "_channels", "_by_number", "_subprocess", "_waits", "_imports", "_start",
    ),
    "threads": (
        "_objects", "_lock_gates", "_lock_forks", "_lock_makers", "_lock_types", "_lock_parts", "_locks",
        "_futures", "_conditions", "_threads",
    ),
    "sockets": ("_glances", "_polls", "_addresses", "_passing", "_transfers", "_sockets", "_handlers"),
}
# The file: the interpreter's magic number, the index's length, the index (what must be as it was), the list of codes.
_LENGTH = 4
_FOLDER = os.path.dirname(__spec__.origin) + os.sep


def begin(folder):
    """Load and start the probe while no garbage is collected; `folder` is the run's.

    What is made at start-up stays, so there is nothing to find, and looking takes 0.9 ms. Afterwards the youngest
    objects, which are ours, are counted as looked at; or the program's first line would set off what was held back.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        bring("start")
        __import__("%s._start" % __name__, None, None, ["start"]).start(folder)
    finally:
        if enabled:
            gc.collect(0)
            gc.enable()


def bring(group):
    """Load modules that are needed together, once."""
    if "%s.%s" % (__name__, _TOGETHER[group][-1]) in sys.modules:
        return
    try:
        codes = _kept(group)
        if codes is not None:
            for name, code in zip(_TOGETHER[group], codes):
                _run("%s.%s" % (__name__, name), name, code)
            return
    except Exception:
        pass  # There is none, or of another version, or not as it was written.
    for name in _TOGETHER[group]:
        __import__("%s.%s" % (__name__, name))
    try:
        _keep(group)
    except Exception:
        pass  # A folder that is not ours to write, or none at all.


def _file(group):
    return "%s.%s" % (__spec__.cached[:-len(".pyc")], group)


def _kept(group):
    with open(_file(group), "rb", 0) as stream:
        if os.fstat(stream.fileno()).st_uid not in (os.geteuid(), os.stat(_FOLDER).st_uid, 0):
            return None
        data = memoryview(stream.read())
    begin = len(MAGIC_NUMBER) + _LENGTH
    if data[:len(MAGIC_NUMBER)] != MAGIC_NUMBER or loads(data[begin:]) != _sources(group):
        return None
    return loads(data[begin + int.from_bytes(data[len(MAGIC_NUMBER):begin], "little"):])


def _sources(group):
    """What must be as it was: (name, time, bytes) of every source."""
    sources = []
    for name in _TOGETHER[group]:
        status = os.stat(_FOLDER + name + ".py")
        sources.append((name, status.st_mtime_ns, status.st_size))
    return sources


def _run(full_name, name, code):
    if full_name in sys.modules:
        return
    path = _FOLDER + name + ".py"
    module = type(sys)(full_name)
    module.__package__, module.__file__ = __name__, path  # Without a spec and a loader: 4 objects for each.
    sys.modules[full_name] = module
    try:
        _fix_co_filename(code, path)  # The folder may have been moved, or be the same one at another mount.
        exec(code, vars(module))
    except BaseException:
        del sys.modules[full_name]
        raise
    globals()[name] = module


def _keep(group):
    file = _file(group)
    fresh = "%s.%d" % (file, os.getpid())
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)  # Whatever the umask is.
    whole = False
    try:
        loader, sources = type(__loader__), _sources(group)
        codes = [loader(name, _FOLDER + name + ".py").get_code(name) for name, _, _ in sources]
        index = dumps(sources)
        data = b"".join((MAGIC_NUMBER, len(index).to_bytes(_LENGTH, "little"), index, dumps(codes)))
        whole = os.write(descriptor, data) == len(data)
    finally:
        os.close(descriptor)
        if whole:
            os.replace(fresh, file)
        else:
            os.unlink(fresh)  # The disk is full.
