"""Tests of the miner: histories small enough to be read, and what holds for all of them."""
