"""Builds of what changed against builds of everything, many random sequences side by side in one warehouse."""
