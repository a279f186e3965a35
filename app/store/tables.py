"""The tables as they are now. A change here needs a step in ``migrations/versions``; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kept", LargeBinary, nullable=False),
    Column("title", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("touched", Double, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("playing", Boolean, nullable=False),
    Column("run", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    # The long ones last: what stands before them is then read without them.
    Column("room", LargeBinary, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
"""One row a session; the fields are those of ``records.Record``, and ``bytes``: what the row and its chunks take."""

chunks = Table(
    "chunks",
    metadata,
    Column("session", Text, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("blob", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Pieces of the history of a session's run, numbered from 0 without holes."""
