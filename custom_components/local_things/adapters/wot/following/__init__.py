"""A Thing in use: what tells of itself is followed, the rest is read from time to time."""
