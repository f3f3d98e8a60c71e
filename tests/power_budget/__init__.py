"""The power budget in a running Home Assistant."""
