"""Benchmarks: `script/bench NAME` runs the module NAME."""
