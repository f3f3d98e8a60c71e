"""The Local Things panel in the sidebar: one file for the browser, and what it is told."""
