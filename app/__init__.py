"""The web service: it routes and never trains."""

from importlib.metadata import version

VERSION = version("livenet")
