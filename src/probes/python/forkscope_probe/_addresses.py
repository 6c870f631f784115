"""Socket addresses as the log has them: 16 bytes and a port, or a path."""
import os

from ._text import text_number

_NONE = (0, bytes(16), 0)
_REMEMBERED = 4096
_IPV4_IN_IPV6 = bytes(10) + b"\xff\xff"  # RFC 4291, section 2.5.5.2
# RFC 9923: FNV-1a with 128 bits.
_FNV_BASIS, _FNV_PRIME = 0x6C62272E07BB014262B821756295C58D, 0x0000000001000000000000000000013B
_128_BITS = (1 << 128) - 1

known = {}
_ipv4 = _ipv6 = _unix = _inet_pton = None
# C's own: a program's or a subclass's in their place would see that we ask. Family and type as plain numbers, of which
# the properties of socket.socket make members of enumerations, by four calls each.
name_of = peer_of = option_of = family_of = type_of = None


def begin(socket):
    global _ipv4, _ipv6, _unix, _inet_pton, name_of, peer_of, option_of, family_of, type_of
    plain = socket.SocketType
    name_of, peer_of, option_of = plain.getsockname, plain.getpeername, plain.getsockopt
    family_of, type_of = plain.family.__get__, plain.type.__get__
    _ipv4, _ipv6 = socket.AF_INET, getattr(socket, "AF_INET6", None)
    _unix, _inet_pton = getattr(socket, "AF_UNIX", None), socket.inet_pton


def is_internet(sock):
    return family_of(sock) in (_ipv4, _ipv6)


def is_unix(sock):
    return family_of(sock) == _unix


def pack(family, address):
    """(number of the path, 16 bytes, port) of an address as Python has it. Of a path the bytes are its hash."""
    try:
        if family == _ipv4 or family == _ipv6:
            return 0, host_of(family, address[0]), address[1]
        if family == _unix:
            return _unix_path(address) if address else _NONE
    except (TypeError, ValueError, OSError, IndexError):
        pass  # A host's name, or nothing that the call will take.
    return _NONE


def _unix_path(address):
    path = _path(address)
    packed = known.get((_unix, path))
    if packed is None:
        number = _FNV_BASIS
        for byte in os.fsencode(path):
            number = (number ^ byte) * _FNV_PRIME & _128_BITS
        packed = _remember((_unix, path), number.to_bytes(16, "big"))
    return text_number(path), packed, 0


def _path(address):
    # unix(7): a leading NUL marks a name in the abstract namespace.
    name = os.fsdecode(address)
    return "@" + name[1:] if name.startswith("\0") else name


def host_of(family, host):
    packed = known.get((family, host))
    if packed is None:
        number = _inet_pton(family, host.partition("%")[0] or ("0.0.0.0" if family == _ipv4 else "::"))
        packed = _remember((family, host), _IPV4_IN_IPV6 + number if family == _ipv4 else number)
    return packed


def _remember(key, packed):
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = packed
    return packed
