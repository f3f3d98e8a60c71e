"""W3C Web of Things: devices that offer a Thing Description, over HTTP, CoAP or MQTT."""
