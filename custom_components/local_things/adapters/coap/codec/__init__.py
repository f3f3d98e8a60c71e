"""Representations become values, and values representations, in a format that the device has."""
