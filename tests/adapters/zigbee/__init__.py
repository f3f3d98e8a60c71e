"""Tests of the Zigbee adapter."""
