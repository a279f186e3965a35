"""What many viewers ask of the service. Each script prints its figures: ``python -m tests.load.<name>``."""
