"""The network entry's rooms that need no Home Assistant."""
