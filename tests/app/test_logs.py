import json
import logging
import os
import subprocess
import sys

import pytest

from app.logs import FORMAT, LEVEL, JsonLines, Words, is_worth_a_line

PROGRAM = """
import logging, sys
from app.logs import start_logging, start_logging_of_worker
{start}
logging.getLogger("app.example").info("session made", extra={{"session": "abc", "viewers": 2}})
logging.getLogger("app.example").debug("unimportant")
logging.getLogger("uvicorn.error").info("chatter")
logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("app.example").exception("step failed")
"""


def record(text: str, **extra) -> logging.LogRecord:
    return logging.getLogger("app.example").makeRecord(
        "app.example", logging.WARNING, "file", 1, text, (), None, extra=extra
    )


def lines(start: str, **environment: str) -> list[str]:
    """What a program of its own logs."""
    program = [sys.executable, "-c", PROGRAM.format(start=start)]
    done = subprocess.run(program, capture_output=True, text=True, check=True, env=os.environ | environment)
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.mark.parametrize("form", ["json", "auto"])
def test_outside_a_terminal_every_event_is_one_object_in_one_line(form):
    made, failed = map(json.loads, lines(f"start_logging({form!r}, 'info')"))
    assert made.items() >= {
        "level": "info", "event": "session made", "logger": "app.example", "session": "abc", "viewers": 2
    }.items()  # fmt: skip
    assert made["time"].endswith("+00:00")
    assert failed["event"] == "step failed"
    assert "ZeroDivisionError" in failed["exception"]


def test_in_words_an_event_is_a_line_and_only_our_own_mistakes_have_more():
    made, failed, *traceback = lines("start_logging('text', 'info')")
    assert made.endswith("info    session made  session=abc viewers=2")
    assert failed.endswith("error   step failed")
    assert traceback[-1] == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(("level", "count"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 1)])
def test_less_important_events_are_left_out(level, count):
    assert len(lines(f"start_logging('json', {level!r})")) == count


def test_a_worker_logs_as_its_server_does():
    (failed,) = lines("start_logging_of_worker()", **{FORMAT: "json", LEVEL: "error"})
    assert json.loads(failed)["event"] == "step failed"


def test_no_value_breaks_a_line():
    nasty = record("words", address="a\nb", title="two words", empty="")
    assert len(JsonLines().format(nasty).splitlines()) == 1
    assert json.loads(JsonLines().format(nasty))["address"] == "a\nb"
    assert Words().format(nasty).endswith('words  address="a\\nb" title="two words" empty=""')


def test_mistakes_of_clients_fill_no_log():
    assert not is_worth_a_line(record("Invalid UTF-8 sequence received from client."))
    assert not is_worth_a_line(record("Invalid HTTP request received."))
    assert is_worth_a_line(record("Exception in ASGI application"))
