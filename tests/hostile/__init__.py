"""What ill-meaning or broken clients send. Each script prints its figures: ``python -m tests.hostile.<name>``."""
