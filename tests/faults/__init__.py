"""Scripts that kill parts of a real server again and again, and look for what is lost."""
