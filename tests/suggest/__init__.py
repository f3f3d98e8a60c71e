"""The suggester in a running Home Assistant, and its pure parts."""
