"""The network: by which address others reach a server that its owner sees as localhost."""

import socket
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

ANYWHERE = ("0.0.0.0", "::")
"""A server that listens on these can be reached at every address of its machine."""
ELSEWHERE = ("192.0.2.1", 9)
"""Stands in documents for some other machine (RFC 5737); nothing is sent to it."""


def own_address() -> str | None:
    """Return the address from which this machine would speak to another one; None if it has no network."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(ELSEWHERE)  # chooses the way, and sends nothing
        return str(probe.getsockname()[0])
    return None


def is_own(name: str) -> bool:
    """Return whether a name or address means the machine on which it is used."""
    with suppress(ValueError):
        return ip_address(name).is_loopback
    return name == "localhost"


def origin_for_others(origin: str, listening: str) -> str:
    """Return ``origin`` as others in the network reach it, if the server that listens there can be reached at all."""
    seen, address = urlsplit(origin), own_address()
    if listening not in ANYWHERE or not is_own(seen.hostname or "") or address is None or is_own(address):
        return origin
    return f"{seen.scheme}://{address}" + (f":{seen.port}" if seen.port else "")
