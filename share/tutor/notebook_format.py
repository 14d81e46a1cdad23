"""nbformat, quick to load."""

import sys

# jsonschema would load a grammar of addresses, which no notebook's check needs and which takes over a second; it does without.
sys.modules["rfc3987_syntax"] = None

import nbformat

__all__ = ["nbformat"]
