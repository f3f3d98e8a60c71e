"""CoAP (RFC 7252): devices that list their resources in link-format, in what formats they speak."""
