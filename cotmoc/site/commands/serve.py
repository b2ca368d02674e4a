"""`cotmoc serve`: the program on one machine, one process."""

from __future__ import annotations

import argparse
from typing import Any

from cotmoc.site.commands.common import Result, command, say, start_django


def add(commands: Any) -> None:
    made = command(commands, "serve", "serve the program", run)
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    made.add_argument("--port", type=int, default=8000)
    made.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")


def run(args: argparse.Namespace) -> Result:
    start_django()
    serve(args)
    return {}, 0


def serve(args: argparse.Namespace) -> None:
    """Listen until stopped."""
    import uvicorn

    say(args, f"Cột Mốc: http://{args.host}:{args.port}/   (Ctrl+C để dừng / to stop)")
    uvicorn.run(
        "cotmoc.site.asgi:application", host=args.host, port=args.port, workers=args.workers, log_level="warning",
        server_header=False, date_header=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
