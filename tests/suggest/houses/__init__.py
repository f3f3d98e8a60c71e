"""Synthetic houses, drawn from a seed: people of several kinds live in them, with habits planted among noise."""
