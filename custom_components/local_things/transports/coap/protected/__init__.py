"""CoAP whose messages are protected end to end, whatever carries them: OSCORE (RFC 8613), as a client."""
