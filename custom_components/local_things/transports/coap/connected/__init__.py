"""Ways to servers other than plain datagrams: DTLS and TCP."""
