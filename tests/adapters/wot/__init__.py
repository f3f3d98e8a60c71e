"""The Web of Things adapter."""
