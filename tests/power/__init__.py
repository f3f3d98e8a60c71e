"""Tests of the power budget."""
