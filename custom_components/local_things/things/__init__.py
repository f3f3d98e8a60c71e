"""The waist: what a Thing is and how it is spoken to, in W3C Web of Things words.

Standard library only. Adapters below make Things, everything above uses them; neither knows the other.
"""
