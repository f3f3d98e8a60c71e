"""Tests of Local Things; the folders mirror the rooms of the integration."""
