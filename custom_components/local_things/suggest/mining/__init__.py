"""Finds habits in a log of changes. Pure: no Home Assistant, no clock, no chance. Needs NumPy: for an executor."""
