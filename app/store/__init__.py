"""What is kept of sessions on disk: enough to go on after a worker, the server or the machine has died."""
