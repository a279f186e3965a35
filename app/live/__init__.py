"""Living sessions: worker processes that train, and the hub that routes between them and those who watch."""
