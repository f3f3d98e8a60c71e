"""Finding devices and getting to know them: scans, directories, what is read once."""
