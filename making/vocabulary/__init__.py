"""Condenses published packages to the vocabulary of places: kinds, their words in many languages, and brands."""
