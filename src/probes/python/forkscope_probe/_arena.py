"""How a record reaches the log: chunks of mapped files, each written by one thread.

A record is stored straight into memory that is shared with a file, so nothing has to be flushed: what was recorded
is there after os._exit, exec or SIGKILL. Each thread owns a chunk of 4 KiB and needs no lock to write into it. Chunks
come from pieces that the process claims (see _segments); where none is to be had, records go to a sink and are counted.

The records are described in src/protocol/events.ts.
"""
import os
from os import getpid
from _thread import RLock, _local, get_native_id
from _struct import Struct
from time import monotonic_ns

from . import _segments
from ._schema import (
    CHUNK_BYTES, FLAG_FOREIGN, FORKED, FORKED_RECORD, LOST, LOST_RECORD, OWNER, OWNER_RECORD, RECORD_BYTES, WRITER_PYTHON,
)

_pack_owner = OWNER_RECORD.pack_into
_pack_lost = LOST_RECORD.pack_into
# A forked child's first two records, each with its kind last.
_pack_child = Struct(OWNER_RECORD.format + FORKED_RECORD.format[1:]).pack_into

CHUNK_MASK = CHUNK_BYTES - 1
# For a call that is completed in place: from byte 8 on its end and result.
pack_end = Struct("<Qi").pack_into

# Where records go that can't be kept: after a fault, on a full disk, with the folder gone.
_sink = bytearray(CHUNK_BYTES)
_RECORDS_OF_SINK = CHUNK_BYTES // RECORD_BYTES - 1
_NO_SLOTS = iter(())
_RETRY_AFTER = 1_000_000_000


class Process:
    """What belongs to this process and to no child of it."""

    folder = ""
    birth = 0
    id = 0
    parent = 0
    off = False
    retry_at = 0
    lost = 0
    # When the last fork began.
    forking = 0
    lock = RLock()
    # The rest of the piece that chunks are taken from.
    memory = _sink
    next = 0
    end = 0
    # (memory, offset) of chunks whose thread has ended.
    half_used = []


process = Process()
local = _local()


class Writer:
    """A thread's place in the log. Dies with the thread's state, and then hands its chunk on.

    `place` is [memory, an iterator over the offsets of its free slots]. It is a list, and known to `local` itself,
    because that is what the frequent wrappers read fastest; and next() reserves a slot in one step that no signal
    handler can come into.
    """

    __slots__ = ("place", "refilling", "thread", "birth", "quiet", "suspended", "child", "fork_site")

    def __init__(self):
        self.place = [None, _NO_SLOTS]
        self.refilling = False
        self.thread = get_native_id()
        self.birth = process.birth
        self.quiet = 0
        self.child = None
        self.fork_site = (0, FLAG_FOREIGN)

    def __del__(self, hand_on=lambda writer: hand_on(writer)):
        try:
            hand_on(self)
        except Exception:
            pass  # The interpreter is being taken down.


def open_arena(folder):
    process.folder = folder
    process.birth = monotonic_ns()
    process.id = os.getpid()
    process.parent = os.getppid()


def current_writer():
    try:
        return local.writer
    except AttributeError:
        return new_writer()


def new_writer():
    """The writer of a thread that has none yet."""
    writer = Writer()
    try:
        memory, offset = process.half_used.pop(0)
    except IndexError:
        memory, offset = _start_chunk(writer)
    else:
        _write_owner(writer, memory, offset)
        offset += RECORD_BYTES
    writer.place[:] = memory, slots_from(offset)
    local.writer = writer
    local.place = writer.place
    return writer


def new_place():
    return new_writer().place


def slots_from(offset):
    """The offsets from this one on to the chunk's end."""
    return iter(range(offset, (offset | CHUNK_MASK) + 1, RECORD_BYTES))


def hand_on(writer):
    """Leave the rest of the thread's chunk to the next thread."""
    memory, slots = writer.place
    writer.place[:] = None, _NO_SLOTS
    if memory is None or memory is _sink or writer.birth != process.birth:
        return
    _leave(writer, memory, next(slots, 0))


def _leave(writer, memory, offset):
    """Let another thread have the chunk from this slot on, where there is room for more than saying whose it is."""
    if 0 < offset & CHUNK_MASK <= CHUNK_BYTES - 2 * RECORD_BYTES:
        process.half_used.append((memory, offset))
    elif offset & CHUNK_MASK:
        _write_owner(writer, memory, offset)  # Full: a chunk whose last place is free looks as if more were to come.


def refill():
    """(memory, offset) of a record in a fresh chunk for the thread.

    A signal handler or a finaliser that comes by while this is under way finds `refilling` set and leaves the place
    alone. It may also raise: until the place is set, it is as it was.
    """
    writer = local.writer
    if writer.refilling:
        return _place_aside(writer)
    writer.refilling = True
    try:
        memory, offset = _older_chunk(writer) or _start_chunk(writer)
        rest = offset + RECORD_BYTES
        writer.place[:] = memory, slots_from(rest) if rest & CHUNK_MASK else _NO_SLOTS
        return memory, offset
    finally:
        writer.refilling = False


def _older_chunk(writer):
    """(memory, offset) of a record in the oldest of the chunks that were left half used; one stays in reserve.

    As long as one has room its segment can't be dropped, where the disk is bounded. None where no other is left.
    """
    if len(process.half_used) < 2 or process.lost or writer.place[0] is _sink:
        return None
    try:
        memory, offset = process.half_used.pop(0)
    except IndexError:
        return None
    _write_owner(writer, memory, offset)
    return memory, offset + RECORD_BYTES


def _place_aside(writer):
    """(memory, offset) for a single record, in a chunk that is left to others again."""
    try:
        memory, offset = process.half_used.pop()
    except IndexError:
        memory, offset = take_chunk()
        if memory is _sink:
            process.lost += 1
            return _sink, 0
    _write_owner(writer, memory, offset)
    offset += RECORD_BYTES
    _leave(writer, memory, offset + RECORD_BYTES)
    return memory, offset


def _start_chunk(writer):
    if writer.place[0] is _sink:
        process.lost += _RECORDS_OF_SINK
    memory, offset = take_chunk()
    _write_owner(writer, memory, offset)
    offset += RECORD_BYTES
    if process.lost and memory is not _sink:
        lost, process.lost = process.lost, 0
        _pack_lost(memory, offset, monotonic_ns(), min(lost, 0xFFFFFFFF), 0, LOST)
        offset += RECORD_BYTES
    return memory, offset


def _write_owner(writer, memory, offset):
    _pack_owner(
        memory, offset, monotonic_ns(), process.birth, process.id, writer.thread, process.parent, WRITER_PYTHON, 0,
        OWNER,
    )


def write(pack_into, *fields):
    """Append one record. The hot wrappers have these lines inline; keep them alike.

    The slot is reserved before it is filled: a signal handler that comes by in between takes the next one. Where it
    raises, the slot stays empty, and readers pass over it.
    """
    try:
        memory, slots = local.place
    except AttributeError:
        memory, slots = new_place()
    offset = next(slots, 0)
    if not offset:
        memory, offset = refill()
    pack_into(memory, offset, *fields)


def turn_off():
    """From now on nothing more is kept."""
    process.off = True


# ── chunks ───────────────────────────────────────────────────────────────────────────────────────────────────


def take_chunk():
    """(memory, offset) of a chunk of our own; the sink's where none is to be had."""
    if process.off or process.lock._is_owned():
        return _sink, 0  # Owned: a signal handler or a finaliser interrupted a claim of this thread.
    with process.lock:
        if process.next == process.end and not _claim_piece():
            return _sink, 0
        offset = process.next
        process.next = offset + CHUNK_BYTES
        return process.memory, offset


def _claim_piece():
    now = monotonic_ns()
    if now < process.retry_at:
        return False
    try:
        # Many processes never need a second piece; one that does will need more.
        pieces = 4 if process.end else 1
        process.memory, process.next, process.end = _segments.claim(process.folder, pieces)
    except FileNotFoundError:
        turn_off()  # The run's folder is gone: nobody will ever read this.
        return False
    except (OSError, ValueError):
        process.retry_at = now + _RETRY_AFTER
        return False
    if not process.half_used:
        # One in reserve, for records aside during the next claim.
        process.half_used.append((process.memory, process.next))
        process.next += CHUNK_BYTES
    return True


# ── fork ──────────────────────────────────────────────────────────────────────────────────────────────────────
#
# _process moves the forking thread, before it forks, to a chunk that will be the child's, its first two records left free.
# The child then needs no system call before it can write, and whatever its other threads' remains do before our
# hook runs can't touch the parent's chunk.


def after_fork_in_parent():
    writer = local.writer
    writer.place[:] = writer.suspended


def give_back_child(writer):
    """The fork failed: the next thread takes the chunk."""
    if writer.child is not None and writer.child[0] is not _sink:
        process.half_used.append(writer.child)


def after_fork_in_child():
    """Become a new process: nothing claimed by the parent is ours, except the chunk it reserved.

    Calls nothing of ours: each function would be a page or two copied (see _process).
    """
    own, writer = process, local.writer
    parent, parent_birth, parent_thread = own.id, own.birth, writer.thread
    # The fork, by the parent's watch: its parent may be dead by the time at which the child gets to run.
    birth = own.birth = own.forking
    own.parent = parent
    own.id = writer.thread = number = getpid()
    own.lock = RLock()
    own.lost = own.retry_at = own.next = own.end = 0
    own.half_used = []
    writer.birth = birth
    writer.quiet = 0
    writer.refilling = False
    (memory, start), writer.child = writer.child, None
    site, flags = writer.fork_site
    _pack_child(
        memory, start, monotonic_ns(), birth, number, number, parent, WRITER_PYTHON, 0, OWNER,
        birth, parent_birth, parent, parent_thread, site, flags, FORKED,
    )
