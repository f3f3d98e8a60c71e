"""The proof lab: a real Home Assistant between a home network and a sink that everything else would fall into."""
