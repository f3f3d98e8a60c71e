"""Tests of the Home Assistant room, on the waist's fake adapter."""
