"""The stream: the only description of what viewers send and receive."""
