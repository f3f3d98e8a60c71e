"""At what rate devices are asked, heard and spoken of: what every adapter that follows devices needs."""
