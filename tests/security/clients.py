"""The users of the matrix, signed in, and everything that a response carries."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.province import PASSWORD, Province


def clients(province: Province, stranger: User | None = None) -> dict[str, Client]:
    """One signed-in client per user of the matrix."""
    users = {name: province.users[name] for name in ("GR", "LE", "BCH")}
    users["unitless"] = User.objects.create_user("lac", password=PASSWORD)
    users["root"] = User.objects.create_superuser("goc", password=PASSWORD)
    if stranger is not None:
        users["XP"] = stranger
    found = {"nobody": Client()}
    for name, user in users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


def body(response: Any) -> str:
    """Everything that a response carries, unpacked: pages, streams, archives and what stands in them."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Encoding") == "gzip":
        data = gzip.decompress(data)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())
    told = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    said = "".join(f"{name}: {value}\n" for name, value in told.items())
    return said + data.decode("utf-8", "replace")


def read(client: Client, path: str) -> str:
    """What a page shows, without the marks of the single request."""
    said = body(client.get(path))
    said = re.sub(
        r'(csrfmiddlewaretoken" value="|csrf-token" content="|csrfToken": ?"|X-CSRFToken": ")[^"]+', r"\1", said
    )
    return re.sub(r"docProps/core\.xml.*?</cp:coreProperties>", "", said, flags=re.S)
