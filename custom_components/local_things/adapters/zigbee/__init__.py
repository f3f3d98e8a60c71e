"""Zigbee as an adapter: devices on a radio of our own, or beside ZHA on its radio, as Things."""
