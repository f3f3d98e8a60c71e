"""What a developer runs; the shell scripts call the programs beside them."""
