"""Neural networks on NumPy alone: what is learned, how, and every number on the way."""
