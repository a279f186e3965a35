"""What can be chosen on the command line of a script that measures."""

import argparse


def options(document: str | None, **defaults: float | bool) -> argparse.Namespace:
    """What was chosen; a number has the type of its default, and what is False becomes True by being named."""
    arguments = argparse.ArgumentParser(description=document)
    for name, default in defaults.items():
        word = "--" + name.replace("_", "-")
        if default is False:
            arguments.add_argument(word, action="store_true")
        else:
            arguments.add_argument(word, type=type(default), default=default)
    return arguments.parse_args()
