"""One file per command: `add(subparsers)` declares it, its `run(args)` returns (result, exit code).

Nothing of Django is imported before a command runs: the engine commands work on bare files without a database.
"""
