"""The objects that `--json` prints and that `import trigpoint` returns. Programs rely on their form.

There is one module for each family of commands. If a key goes or changes its meaning, the version in `schema` rises.
"""
