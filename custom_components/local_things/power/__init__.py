"""The power budget: limits, loads and the plan that keeps both. Pure: no Home Assistant, no clock, no chance."""
