"""Which descriptors lead to sockets, and to which: the kernel's number of a socket's file (its inode) joins what several
processes tell of one socket.

accept and connect need no inode, their addresses say enough. It is told of a socket that came otherwise (inherited
over an exec, received, made from a number) and of one that is about to be passed on, so that both sides are joined.
This part is loaded at start, before the program imports socket, if it ever does.
"""
import os
import stat
from time import monotonic_ns

from ._arena import write
from ._schema import CLOSE, CLOSE_RECORD, INHERIT_DESCRIPTOR, INHERIT_DESCRIPTOR_RECORD, SOCKET_SEEN, SOCKET_SEEN_RECORD
from ._sites import here

_NO_ADDRESS = bytes(16)

# Descriptors that led to sockets when we last heard of them. One that was closed behind our back may lead elsewhere.
known = set()
# Those of datagram sockets whose type the log has.
told = set()


def forget(descriptor):
    known.discard(descriptor)
    told.discard(descriptor)


def write_close(descriptor):
    known.discard(descriptor)
    told.discard(descriptor)
    site, flags = here()
    write(CLOSE_RECORD.pack_into, monotonic_ns(), site, descriptor, flags, CLOSE)


def inode_of(descriptor):
    """The socket's inode; 0 where the descriptor leads to something else, or nowhere."""
    try:
        status = os.fstat(descriptor)
    except (OSError, OverflowError):
        return 0
    return status.st_ino if stat.S_ISSOCK(status.st_mode) else 0


def leads_to_socket(descriptor):
    """Whether it does now; what was closed behind our back is forgotten."""
    if descriptor not in known:
        return False
    if inode_of(descriptor):
        return True
    forget(descriptor)
    return False


def tell(descriptor, family=0, type=0, address=(0, _NO_ADDRESS, 0), peer=0):
    """Say which socket the descriptor leads to. False: to none."""
    inode = inode_of(descriptor)
    if not inode:
        return False
    known.add(descriptor)
    path, packed, port = address
    site, flags = here()
    write(
        SOCKET_SEEN_RECORD.pack_into, monotonic_ns(), inode, packed, descriptor, path, site, peer, port, family, type,
        flags, SOCKET_SEEN,
    )
    return True


def tell_inherited():
    """The sockets that a fresh program finds open; with them the model knows what an exec has left open."""
    try:
        names = os.listdir("/proc/self/fd")
    except OSError:
        names = "012"
    for name in names:
        tell(int(name))


# ── passed on to a fresh program ──────────────────────────────────────────────────────────────────────────────


def inherited_by(close_fds, kept, standard):
    """[(descriptor here, descriptor there)] of the sockets that a program started now will have."""
    if not known:
        return ()
    pairs = {there: here_ if here_ >= 0 else there for there, here_ in enumerate(standard)}
    for descriptor in kept if close_fds else known:
        if close_fds or _is_inheritable(descriptor):
            pairs.setdefault(descriptor, descriptor)
    passed = [(source, target) for target, source in pairs.items() if leads_to_socket(source)]
    for source, _ in passed:
        tell(source)
    return passed


def _is_inheritable(descriptor):
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False


def write_inherited(process, pairs, site, flags):
    for source, target in pairs:
        write(
            INHERIT_DESCRIPTOR_RECORD.pack_into, monotonic_ns(), process, source, target, site, flags,
            INHERIT_DESCRIPTOR,
        )
