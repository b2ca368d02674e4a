"""`cotmoc serve`: the program on one machine, one process."""

from __future__ import annotations

import argparse
import socket
from typing import Any

from cotmoc.base.problems import Problem
from cotmoc.site.commands.common import Result, command, say, start_django


def add(commands: Any) -> None:
    made = command(commands, "serve", "serve the program", run)
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    made.add_argument("--port", type=int, default=8000)
    made.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")


def run(args: argparse.Namespace) -> Result:
    start_django()
    if not is_free(args.host, args.port):
        raise Problem("serve.port", host=args.host, port=args.port)
    serve(args)
    return {}, 0


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there yet."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(args: argparse.Namespace) -> None:
    """Listen until stopped."""
    import uvicorn
    from django.conf import settings

    say(args, f"Cột Mốc: http://{args.host}:{args.port}/   (Ctrl+C để dừng / to stop)")
    uvicorn.run(
        "cotmoc.site.asgi:application", host=args.host, port=args.port, workers=args.workers, log_level="warning",
        server_header=False, date_header=False, timeout_graceful_shutdown=5,
        proxy_headers=settings.HTTPS,  # without a proxy anybody could invent the address that wrong passwords are counted by
    )  # fmt: skip
