"""Tests of the CoAP adapter."""
