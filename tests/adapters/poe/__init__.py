"""Tests of the adapter of PoE switches."""
