"""The protocol bindings: how an operation of a form is done over HTTP, CoAP and MQTT (W3C TD 1.1, 8.3)."""
