"""Devices made of CoAP libraries that nobody here wrote: a thermometer and an outlet, as OMA objects, at port 5683."""
