"""The objects that `--json` prints and that `import trigpoint` returns: a promise to those who read them.

One module for each family of commands. A key that goes or changes its meaning raises the version in `schema`.
"""
