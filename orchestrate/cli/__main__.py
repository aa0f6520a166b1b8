"""The command as a module: python -m orchestrate.cli."""

from orchestrate.cli.commands import main

main()
