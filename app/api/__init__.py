"""The REST calls: one router for each noun."""
