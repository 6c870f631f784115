"""Who holds which of multiprocessing's locks: a table in the run's folder that every process has mapped.

    slot = tag of the lock (19 bits) │ owned │ pid (22 bits) │ thread (22 bits)

A slot is one word, so it is stored and read at once. Two locks may share a slot: each then finds the other's tag there, and
knows nothing. As in _lock_gates the last holder is left there when the lock is free again: whoever waited finds who let go.
"""
import os
from collections import namedtuple

from . import _arena, _segments
from ._arena import current_writer

FILE = "holders.table"
_SLOTS = 8192
_BYTES = 8 * _SLOTS
_ID_BITS = 22
_ID_MASK = (1 << _ID_BITS) - 1
_OWNED = 1 << 2 * _ID_BITS
_TAG_SHIFT = 2 * _ID_BITS + 1
_TAG_MASK = (1 << 64 - _TAG_SHIFT) - 1
# A multiplier that spreads numbers (2**64 divided by the golden ratio).
_SPREAD = 0x9E3779B97F4A7C15

# thread, process: the kernel's ids, 0 where unknown. owned: nobody else can let go of the lock.
Holder = namedtuple("Holder", "thread process owned")
NOBODY = Holder(0, 0, False)

# The table's words, once there is a lock; None where there is no room for them.
_words = []


def _table():
    """None after the probe's end, and where there is no table."""
    if _arena.process.off:
        return None
    try:
        return _words[0]
    except IndexError:
        return _open()


def _open():
    own = _arena.process
    if own.lock._is_owned():
        return None  # A signal handler interrupted this thread's own claim.
    with own.lock:
        if not _words:
            try:
                _words.append(_segments.map_table(os.path.join(own.folder, FILE), _BYTES))
            except (OSError, ValueError):
                _words.append(None)  # No room on the disk: nobody is known to hold anything.
        return _words[0]


def place_of(number):
    """(slot, tag) of the lock with this number."""
    spread = number * _SPREAD & 0xFFFFFFFFFFFFFFFF
    return spread >> 40 & _SLOTS - 1, (spread & _TAG_MASK) << _TAG_SHIFT


def tell(slot, tag, owned):
    """The calling thread has acquired the lock, or is about to let go of it."""
    words = _table()
    if words is not None:
        thread = current_writer().thread
        words[slot] = tag | (_OWNED if owned else 0) | (_arena.process.id & _ID_MASK) << _ID_BITS | thread & _ID_MASK


def ask(slot, tag):
    """Who has the lock, or had it last."""
    words = _table()
    word = 0 if words is None else words[slot]
    if word >> _TAG_SHIFT << _TAG_SHIFT != tag or not word & _ID_MASK:
        return NOBODY
    return Holder(word & _ID_MASK, word >> _ID_BITS & _ID_MASK, bool(word & _OWNED))
