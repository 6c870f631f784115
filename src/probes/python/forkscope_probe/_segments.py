"""Claims pieces of the run's segment files for this process, and maps them without keeping a descriptor open.

A piece is 16 chunks of 4 KiB. Its claim is a few system calls under an advisory lock on the arena file, whose number
says where the unclaimed chunks begin. Everything that is opened here is closed here: programs that become daemons close
every descriptor or count on the lowest one being free.

The layout of the files is in src/protocol/files.ts.
"""
import errno
import os
import sys
from mmap import mmap
from _struct import pack, unpack_from
from time import monotonic_ns, sleep

from ._schema import (
    ARENA_BYTES, ARENA_MAGIC, CHUNK_BYTES, CHUNKS_PER_PIECE, CHUNKS_PER_SEGMENT, CLAIMERS_OFFSET, RECORD_BYTES,
    SEGMENT_BYTES, SEGMENT_FORMAT, SEGMENT_MAGIC,
)

_LOCK_PATIENCE = 2_000_000_000

# Segment number → mapping, for the process's life (see _map); a child inherits its parent's.
_mappings = {}
# (mapping, the number of the descriptor it believes to own)
_stale = []
# Of mappings that are used word by word; a mapping can't be closed under them.
_views = []


def claim(folder, pieces):
    """Claim the next so many pieces of the run, or the segment's rest, for this process: (memory, begin, end)."""
    descriptor = os.open(os.path.join(folder, "python.arena"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor)
        # Closing the descriptor releases the lock.
        number, refused = _read_arena(os.read(descriptor, ARENA_BYTES))
        segment, first = divmod(number, CHUNKS_PER_SEGMENT)
        end = min((first // CHUNKS_PER_PIECE + pieces) * CHUNKS_PER_PIECE, CHUNKS_PER_SEGMENT)
        try:
            memory = _prepare_segment(folder, segment, first, end)
        except OSError:
            # The arena file's block is there already, so that even a full disk takes this note.
            _write_arena(descriptor, number, refused + 1)
            raise
        _write_arena(descriptor, segment * CHUNKS_PER_SEGMENT + end, refused)
        return memory, max(first, 1) * CHUNK_BYTES, end * CHUNK_BYTES
    finally:
        os.close(descriptor)


def _read_arena(arena):
    """(number of the next free chunk, how many claims were refused)."""
    if not arena:
        return 0, 0
    if len(arena) != ARENA_BYTES or arena[:8] != ARENA_MAGIC.encode("ascii"):
        raise ValueError("not an arena file")
    return unpack_from("<QQ", arena, 8)


def _write_arena(descriptor, number, refused):
    os.pwrite(descriptor, ARENA_MAGIC.encode("ascii") + pack("<QQ", number, refused), 0)


def _lock(descriptor):
    """Lock the arena file, but never wait for long: its holder may have been stopped in a debugger."""
    give_up_at = monotonic_ns() + _LOCK_PATIENCE
    while True:
        try:
            return os.lockf(descriptor, os.F_TLOCK, 0)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EINTR) or monotonic_ns() > give_up_at:
                raise
        sleep(0.0002)


def _prepare_segment(folder, segment, first, end):
    """Have the piece's disk blocks allocated; its segment's mapping."""
    path = os.path.join(folder, "python-%06d.segment" % segment)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if first == 0:
            os.fchmod(descriptor, 0o600)  # Whatever the program's umask is.
            os.ftruncate(descriptor, SEGMENT_BYTES)
        _allocate(descriptor, first * CHUNK_BYTES, (end - first) * CHUNK_BYTES)
        held = range(first // CHUNKS_PER_PIECE, end // CHUNKS_PER_PIECE)
        if first == 0:
            header = SEGMENT_MAGIC.encode("ascii") + pack("<IIII", SEGMENT_FORMAT, segment, RECORD_BYTES, CHUNK_BYTES)
            os.pwrite(descriptor, header, 0)
        # Where the supervisor keeps the disk bounded: nobody else writes into these.
        os.pwrite(descriptor, pack("<I", os.getpid()) * len(held), CLAIMERS_OFFSET + 4 * held[0])
        if segment not in _mappings:
            _mappings[segment] = _map(descriptor)
        return _mappings[segment]
    finally:
        os.close(descriptor)


def _allocate(descriptor, offset, length):
    """Storing into a hole of a mapped file on a full disk is a SIGBUS; this makes it an error here.

    Zeros are written rather than blocks reserved: then the pages are in memory when they are first stored into. From
    reserved blocks they would be read, and the file system reads ahead: 1.1 ms for a process's first record on ext4, where
    this takes 0.03 ms for a whole piece.
    """
    end = offset + length
    while offset < end:
        # Where little room is left, a part is written, and what is left of it then fails.
        offset += os.pwrite(descriptor, bytes(end - offset), offset)


# ── mapping without a descriptor ──────────────────────────────────────────────────────────────────────────────


def map_table(path, length):
    """The words of a file of so many bytes that every process of the run has mapped; zeros where nobody has written."""
    # The arena's lock also keeps others from opening the file meanwhile: see _find_duplicate.
    arena = os.open(os.path.join(os.path.dirname(path), "python.arena"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(arena)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_size < length:
                os.fchmod(descriptor, 0o600)
                _allocate(descriptor, 0, length)
            view = memoryview(_map(descriptor, length)).cast("Q")
            _views.append(view)
            return view
        finally:
            os.close(descriptor)
    finally:
        os.close(arena)


def _map(descriptor, length=SEGMENT_BYTES):
    if sys.version_info >= (3, 13):
        return mmap(descriptor, length, trackfd=False)
    # Before 3.13 mmap keeps a duplicate of the descriptor, for size() and resize(), and closes it when it dies
    # (Modules/mmapmodule.c). We close the duplicate now; before the mapping dies, see unmap_stale.
    guess = os.dup(descriptor)
    os.close(guess)
    mapping = mmap(descriptor, length)
    duplicate = _find_duplicate(descriptor, guess)
    if duplicate is not None:
        os.close(duplicate)
        _stale.append((mapping, duplicate))
    return mapping


def _find_duplicate(descriptor, guess):
    """The other descriptor of this file: nobody but us opens segments, and we hold the lock."""
    wanted = os.fstat(descriptor)
    for candidate in [guess] + list(range(1024)):
        if candidate != descriptor:
            try:
                if os.path.samestat(os.fstat(candidate), wanted):
                    return candidate
            except OSError:
                pass  # Not open.
    return None


def unmap_stale():
    """At the interpreter's end, the last: see that no mapping takes a descriptor of the program with it.

    A dying mapping closes the number it believes to own. Where the program has a file of that number by now, it is
    moved aside for the moment in which we let the mapping go.
    """
    while _views:
        _views.pop().release()
    while _stale:
        mapping, number = _stale.pop()
        try:
            inheritable = os.get_inheritable(number)
            aside = os.dup(number)
        except OSError:
            continue  # Not in use: closing it will do nothing.
        mapping.close()
        os.dup2(aside, number, inheritable)
        os.close(aside)
