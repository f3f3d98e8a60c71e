"""The power budget in Home Assistant: an entry of limits and loads, whatever integration they come from."""
