"""The hello between hub and worker: each proves to the other that it knows their secret, without telling it.

Everything has a fixed length. The hub begins:

========  =====  ========================================================================
hub       bytes  what it says
========  =====  ========================================================================
mark          8  ``LIVENET1``: the version of this hello
instance     16  which start of which server this is
nonce        32  random
========  =====  ========================================================================

A worker that has been started for another instance leaves. One that stays answers with its version of Livenet (16
bytes, filled with zeros), a random nonce (32) and a proof (32); the hub ends with a proof of its own (32). A proof is
the HMAC-SHA256, with the secret as key, of the role of who proves, what the hub said, the worker's version and its
nonce: nobody can use it a second time, or turn it round. (Krawczyk, Bellare and Canetti, 1997; Bellare and Rogaway,
1993.)
"""

import hmac
import socket
from dataclasses import dataclass
from secrets import token_bytes, token_hex, token_urlsafe

from app import VERSION

MARK = b"LIVENET1"
INSTANCE, NONCE, PROOF, RELEASE = 16, 32, 32, 16
CHALLENGE = len(MARK) + INSTANCE + NONCE
"""Bytes of what the hub says first."""
RESPONSE = RELEASE + NONCE + PROOF
"""Bytes of what the worker answers: a hub reads no more of somebody whom it does not know."""
SECONDS = 5.0
"""A hello takes no longer."""


class Refused(ConnectionError):  # noqa: N818 (it is what a door says)
    """One of the two is not who the other wants to talk to."""


@dataclass(frozen=True)
class Credentials:
    """What hub and worker have in common."""

    instance: str
    """Which start of which server this is, in hexadecimal digits."""
    secret: str

    @classmethod
    def fresh(cls, secret: str | None = None) -> "Credentials":
        """Return those of a hub that starts now; its secret is random if none is chosen."""
        return cls(token_hex(INSTANCE), secret or token_urlsafe(32))

    def prove(self, role: bytes, challenge: bytes, said: bytes) -> bytes:
        """Return the proof of somebody in this role; ``said`` are version and nonce of the worker."""
        return hmac.digest(self.secret.encode(), role + challenge + said, "sha256")


class Greeting:
    """The hub's part."""

    def __init__(self, credentials: Credentials) -> None:
        """Think of a challenge."""
        self._credentials = credentials
        self.challenge = MARK + bytes.fromhex(credentials.instance) + token_bytes(NONCE)

    def judge(self, response: bytes) -> bytes:
        """Return what to say to a worker that answers so; Refused if it knows no secret or has another version."""
        said, proof = response[:-PROOF], response[-PROOF:]
        if not hmac.compare_digest(proof, self._credentials.prove(b"worker", self.challenge, said)):
            raise Refused("it does not know the secret")
        if said[:RELEASE] != release():
            raise Refused(f"it has Livenet {said[:RELEASE].rstrip(bytes(1)).decode(errors='replace')}, not {VERSION}")
        return self._credentials.prove(b"hub", self.challenge, said)


def introduce(connection: socket.socket, credentials: Credentials) -> None:
    """Do the worker's part at the beginning of a connection; Refused if the hub is another one or wants another."""
    connection.settimeout(SECONDS)
    challenge = _receive(connection, CHALLENGE)
    if challenge[: len(MARK)] != MARK:
        raise Refused("this is no hub of this version of Livenet")
    if challenge[len(MARK) : len(MARK) + INSTANCE].hex() != credentials.instance:
        raise Refused("the hub is not the one for which this worker was started")
    said = release() + token_bytes(NONCE)
    connection.sendall(said + credentials.prove(b"worker", challenge, said))
    if not hmac.compare_digest(_receive(connection, PROOF), credentials.prove(b"hub", challenge, said)):
        raise Refused("the hub does not know the secret")
    connection.settimeout(None)


def release() -> bytes:
    """Return the version of Livenet in its fixed length."""
    return VERSION.encode()[:RELEASE].ljust(RELEASE, bytes(1))


def _receive(connection: socket.socket, size: int) -> bytes:
    """Return exactly so many bytes."""
    received = b""
    while len(received) < size:
        piece = connection.recv(size - len(received))
        if not piece:
            raise Refused("the hub has hung up: it has another secret, or another version of Livenet")
        received += piece
    return received
