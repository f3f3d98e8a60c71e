"""Where the devices of the soak are on the link: every other one has IPv4, as far as that goes, the rest IPv6."""

from collections.abc import Iterable
from typing import Final

_FIRST_HOST: Final = 2
_LAST_HOST: Final = 254


def address_of(number: int) -> str:
    """Return the address of a device, on the link of a dual-stack lab."""
    host = _FIRST_HOST + number // 2
    return f"10.77.0.{host}" if number % 2 == 0 and host <= _LAST_HOST else f"fd00:77::1:{number:x}"


def uri_of(number: int) -> str:
    """Return what a user types for a device."""
    address = address_of(number)
    return f"coap://[{address}]" if ":" in address else f"coap://{address}"


def taking(numbers: Iterable[int], taken: Iterable[str]) -> str:
    """Return what `ip -batch` is told, so that `eth0` has the addresses of devices beside those that it has."""
    had = set(taken)
    addresses = (address_of(number) for number in numbers)
    return "".join(
        f"address add {address}/{64 if ':' in address else 24} dev eth0\n"
        for address in addresses
        if address not in had
    )
