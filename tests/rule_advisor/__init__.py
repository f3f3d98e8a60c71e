"""The rule advisor in a running Home Assistant."""
