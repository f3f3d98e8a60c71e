"""A house of hundreds of devices on a bad link, lived in for half an hour: `script/soak`."""
