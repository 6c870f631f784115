"""Socket addresses as the log has them: 16 bytes and a port, or a path."""
import os

from ._text import text_number

_NONE = (0, bytes(16), 0)
_REMEMBERED = 4096
_IPV4_IN_IPV6 = bytes(10) + b"\xff\xff"  # RFC 4291, section 2.5.5.2

_packed = {}
_ipv4 = _ipv6 = _unix = _inet_pton = None


def begin(socket):
    global _ipv4, _ipv6, _unix, _inet_pton
    _ipv4, _ipv6 = socket.AF_INET, getattr(socket, "AF_INET6", None)
    _unix, _inet_pton = getattr(socket, "AF_UNIX", None), socket.inet_pton


def is_internet(sock):
    return sock.family in (_ipv4, _ipv6)


def pack(family, address):
    """(number of the path, 16 bytes, port) of an address as Python has it."""
    try:
        if family == _ipv4 or family == _ipv6:
            return 0, _host(family, address[0]), address[1]
        if family == _unix:
            return (text_number(_path(address)) if address else 0), _NONE[1], 0
    except (TypeError, ValueError, OSError, IndexError):
        pass  # A host's name, or nothing that the call will take.
    return _NONE


def _path(address):
    # unix(7): a leading NUL marks a name in the abstract namespace.
    name = os.fsdecode(address)
    return "@" + name[1:] if name.startswith("\0") else name


def _host(family, host):
    packed = _packed.get((family, host))
    if packed is None:
        number = _inet_pton(family, host.partition("%")[0] or ("0.0.0.0" if family == _ipv4 else "::"))
        packed = _IPV4_IN_IPV6 + number if family == _ipv4 else number
        if len(_packed) >= _REMEMBERED:
            _packed.clear()
        _packed[family, host] = packed
    return packed
