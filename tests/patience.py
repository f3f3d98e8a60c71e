"""How long a test waits for what happens at once on a quiet machine."""

from typing import Final

PATIENCE: Final = 50.0
"""Seconds; less than a test may last (pyproject.toml), and long: machines of continuous integration are shared."""
