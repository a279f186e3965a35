import sqlite3

from sqlalchemy.exc import OperationalError

from app.store.errors import in_words


def test_the_first_line_of_what_the_database_says_is_told_without_the_statement():
    error = OperationalError("UPDATE secret", {}, sqlite3.OperationalError("disk is full\nUPDATE secret"))
    assert in_words(error) == "disk is full"
