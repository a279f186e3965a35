"""Keys: who may watch a session (its id suffices) and who may control it."""

import hmac
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes, token_urlsafe


def new_id() -> str:
    """Return an id that cannot be guessed: 128 random bits."""
    return token_urlsafe(16)


def new_key() -> str:
    """Return a key that cannot be guessed: 256 random bits."""
    return token_urlsafe(32)


def new_secret() -> bytes:
    """Return what tokens are signed with: 256 random bits."""
    return token_bytes(32)


def digest(key: str) -> bytes:
    """Return what is kept of a key; the key cannot be computed from it."""
    return sha256(key.encode(errors="surrogateescape")).digest()


def fits(key: str, kept: bytes) -> bool:
    """Return whether a key is the one of which ``kept`` was kept, in a time that does not depend on the answer."""
    return compare_digest(digest(key), kept)


def signed(name: str, secret: bytes) -> str:
    """Return a token that proves ``name`` (without dots) to whoever has the secret: HMAC-SHA256 (RFC 2104)."""
    return f"{name}.{hmac.new(secret, name.encode(), sha256).hexdigest()}"


def name_in(token: str, secret: bytes) -> str | None:
    """Return the name that a token proves; None if it was not signed with this secret."""
    name = token.partition(".")[0]
    if not name.isascii():
        return None
    return name if compare_digest(digest(token), digest(signed(name, secret))) else None
