"""The rule advisor entry: looks at the house's rules, and tells which of them fight; it never acts itself."""
