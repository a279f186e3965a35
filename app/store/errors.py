"""What goes wrong with disks and databases."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

MISTAKES = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""What a database refuses because of what it was asked; asking again does not help."""


class StoreError(Exception):
    """Sessions cannot be kept or read: the disk is full or read-only, the database is damaged, in use or away."""


def in_words(error: DBAPIError) -> str:
    """Return what the database says, in one line and without the statement."""
    return str(error.orig).strip().split("\n")[0]
