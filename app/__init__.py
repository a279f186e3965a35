"""The web service: it routes and never trains."""
