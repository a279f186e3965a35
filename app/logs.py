"""Logs: one line an event, to read in a terminal and as JSON (RFC 8259, one object a line) everywhere else.

An event is a message of few words; what it is about stands beside it as fields:
``logger.info("session made", extra={"session": name})``. Nothing is logged of what a client got wrong, for the client
has been told, and could otherwise fill the disk.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

Format = Literal["auto", "text", "json"]
Level = Literal["debug", "info", "warning", "error"]

FORMAT, LEVEL = "LIVENET_LOG_FORMAT", "LIVENET_LOG_LEVEL"
"""Environment variables by which workers learn how to log."""
USUAL = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
"""What every record has, so that anything else is a field of the event."""
MISTAKES_OF_CLIENTS = (
    "Invalid UTF-8 sequence",
    "Invalid HTTP request",
    "Unsupported upgrade request",
)
"""How messages begin with which uvicorn says what a client has already been told."""


class JsonLines(logging.Formatter):
    """Each event as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        document = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip(),
            "logger": record.name,
            "process": record.process,
            **dict(fields(record)),
        }
        if record.exc_info:
            document["exception"] = self.formatException(record.exc_info)
        return json.dumps(document, default=str)


class Words(logging.Formatter):
    """Each event as a few words with its fields after it, and the traceback of our own mistakes below."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        words = " ".join(f"{name}={word(value)}" for name, value in fields(record))
        line = f"{clock} {record.levelname.lower():7} {record.getMessage().strip()}" + (f"  {words}" if words else "")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def fields(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """Yield what an event is about."""
    return ((name, value) for name, value in vars(record).items() if name not in USUAL)


def word(value: object) -> str:
    """Return a value as one word: in quotes if it would be several, or move the cursor."""
    text = str(value)
    return text if text.isprintable() and " " not in text and text else json.dumps(text)


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Return whether an event is more than a client's mistake."""
    return not record.getMessage().startswith(MISTAKES_OF_CLIENTS)


def start_logging(form: Format, level: Level) -> None:
    """Write the events of this process to the standard error, and let the workers that it starts do the same."""
    os.environ[FORMAT], os.environ[LEVEL] = form, level
    handler = logging.StreamHandler()
    handler.setFormatter(Words() if form == "text" or (form == "auto" and sys.stderr.isatty()) else JsonLines())
    handler.addFilter(is_worth_a_line)
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in ("uvicorn", "websockets", "asyncio", "alembic"):
        logging.getLogger(name).setLevel("WARNING")


def start_logging_of_worker() -> None:
    """Write the events of a worker where and as its server does."""
    form: Any = os.environ.get(FORMAT, "auto")
    level: Any = os.environ.get(LEVEL, "info")
    start_logging(form, level)
