"""The command `trigpoint`: reports go to stdout, progress goes to stderr, and the exit code names the outcome.

`commands.py` is the table of contents. Each other module holds the commands of one task. Most imports are inside the
commands, so that each command starts fast.
"""

from orchestrate.cli.commands import app, main

__all__ = ["app", "main"]
