"""The Zigbee entry: a radio of our own with its devices, or what we add to those of ZHA."""
