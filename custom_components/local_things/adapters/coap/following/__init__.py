"""A device in use: what is asked when, and what becomes of the answers."""
