"""The number by which the log knows an object that threads wait for: its address, and which life of that address it is."""
from _weakref import ref

_LIFE_BITS = 16
_ADDRESS_MASK = (1 << (64 - _LIFE_BITS)) - 1
_REMEMBERED = 16384

# Address → (weak reference, number).
_known = {}


def number_of(thing):
    """The same for as long as the object lives, and another one for the next object at its address."""
    address = id(thing)
    known = _known.get(address)
    if known is not None and known[0]() is thing:
        return known[1]
    if len(_known) >= _REMEMBERED:
        _forget_dead()
    life = 0 if known is None else (known[1] >> (64 - _LIFE_BITS)) + 1
    number = (life % (1 << _LIFE_BITS)) << (64 - _LIFE_BITS) | address & _ADDRESS_MASK
    try:
        _known[address] = (ref(thing), number)
    except TypeError:
        pass  # A subclass with slots: without a weak reference only the address is known.
    return number


def _forget_dead():
    for address, (reference, _) in list(_known.items()):
        if reference() is None:
            _known.pop(address, None)
