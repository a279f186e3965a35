"""Keys: who may watch a session (its id suffices) and who may control it."""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe


def new_id() -> str:
    """Return an id that cannot be guessed: 128 random bits."""
    return token_urlsafe(16)


def new_key() -> str:
    """Return a key that cannot be guessed: 256 random bits."""
    return token_urlsafe(32)


def digest(key: str) -> bytes:
    """Return what is kept of a key; the key cannot be computed from it."""
    return sha256(key.encode(errors="surrogateescape")).digest()


def fits(key: str, kept: bytes) -> bool:
    """Return whether a key is the one of which ``kept`` was kept, in a time that does not depend on the answer."""
    return compare_digest(digest(key), kept)
