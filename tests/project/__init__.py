"""Offline checks of the repository itself."""
