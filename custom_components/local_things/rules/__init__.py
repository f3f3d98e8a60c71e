"""Rules people can trust: which automations fight, and when. Pure: no Home Assistant, no clock, no chance."""
