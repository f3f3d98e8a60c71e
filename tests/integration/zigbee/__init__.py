"""The Zigbee entry in a running Home Assistant, on the simulated stick."""
