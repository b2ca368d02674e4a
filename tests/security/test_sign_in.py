"""Signing in and out: wrong passwords, sessions, where one is sent, which headers and cookies travel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

import cotmoc
from cotmoc.base.problems import CATALOGUE
from tests.province import PASSWORD, Province
from tests.security.doors import doors

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\t//evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
)
OUTSIDE = re.compile(r"""(?:src|href|action|url\(|import\s*\(?|from)\s*[=(]?\s*["']?((?:https?:)?//[^\s"'<>)]+)""")
NAMED = {"http://www.w3.org/2000/svg", "https://github.com/maplibre/maplibre-gl-js/blob/", "https://maplibre.org/"}


def sign_in(client: Client, name: str, password: str) -> int:
    return client.post("/sign-in", {"username": name, "password": password}).status_code


@pytest.mark.parametrize("language", ["vi", "en"])
def test_eight_wrong_passwords_lock_one_user_at_one_place(province: Province, language: str) -> None:
    client = Client()
    client.cookies["lang"] = language
    assert [sign_in(client, "gr", "sai") for _ in range(7)] == [200] * 7
    locked = client.post("/sign-in", {"username": "gr", "password": "sai"})
    assert locked.status_code == 429
    sentence = CATALOGUE["signin.locked"]
    assert (sentence.vi if language == "vi" else sentence.en) in locked.content.decode()
    assert sign_in(client, "gr", PASSWORD) == 429, "the right password comes too late"
    assert sign_in(client, "le", PASSWORD) == 302, "another user is not locked out"
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere, "gr", PASSWORD) == 302, "nor the same one at another place"


def test_a_right_password_resets_the_count(province: Province) -> None:
    client = Client()
    for _ in range(3):
        assert [sign_in(client, "gr", "sai") for _ in range(7)] == [200] * 7
        assert sign_in(client, "gr", PASSWORD) == 302
        client.post("/sign-out")


def test_an_address_that_a_program_invents_does_not_unlock(province: Province) -> None:
    for number in range(8):
        Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}).post("/sign-in", {"username": "gr", "password": "sai"})
    assert sign_in(Client(), "gr", PASSWORD) == 429


def test_a_session_is_made_anew_by_signing_in_and_gone_by_signing_out(province: Province) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "given-by-somebody-else-0000000000"
    sign_in(client, "gr", PASSWORD)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != "given-by-somebody-else-0000000000"
    assert client.get("/sign-out").status_code == 405, "a picture's address must not sign anybody out"
    client.post("/sign-out")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = key
    assert thief.get("/record/").status_code == 302


def test_nobody_is_sent_elsewhere(province: Province) -> None:
    for back in ELSEWHERE:
        client = Client()
        sent = client.post("/sign-in", {"username": "gr", "password": PASSWORD, "next": back}).headers["Location"]
        assert sent == "/", back
        for door in ("language", "theme"):
            assert client.post(reverse(door), {"next": back}).headers["Location"] == "/", (door, back)
    assert Client().post(reverse("theme"), {"next": "/record/?q=a"}).headers["Location"] == "/record/?q=a"


def test_every_write_needs_the_token_of_its_page(province: Province) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(province.users["LE"])
    row = {"pk": "11111111-1111-4111-8111-111111111111", "code": "x", "sha256": "0" * 64}
    for door in doors():
        if not (door.posts or door.open):
            continue
        path = re.sub(r"{\w+\.(\w+)}", lambda match: row[match[1]], door.path)
        if path.startswith("/api/"):
            got = getattr(client, door.method)(path, {}, content_type="application/json", headers={"If-Match": '"1"'})
        else:
            got = client.post(path, {})
        assert got.status_code == 403, (path, got.status_code)


def test_headers_of_every_page(province: Province) -> None:
    client = Client()
    client.force_login(province.users["GR"])
    for path in (
        "/record/",
        "/picture/map",
        "/review/2020/",
        "/api/v1/patrols",
        "/sign-in",
        "/nowhere",
        "/record/patrols/export.csv",
    ):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert directive in policy, directive
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Server" not in headers
        assert "Access-Control-Allow-Origin" not in headers


def test_cookies_stay_with_us(province: Province, settings: object) -> None:
    client = Client()
    client.get("/sign-in")
    sign_in(client, "gr", PASSWORD)
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["httponly"]
    assert session["samesite"] == token["samesite"] == "Lax"
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert getattr(settings, name) is getattr(settings, "HTTPS")  # noqa: B009 - the fixture has no types


def test_a_host_that_is_not_ours_is_refused(province: Province) -> None:
    assert Client(headers={"Host": "evil.example"}).get("/sign-in").status_code == 400


def test_pages_and_static_files_name_no_other_host(province: Province) -> None:
    client = Client()
    client.force_login(province.users["BCH"])
    texts = {
        path: client.get(path).content.decode()
        for path in ("/record/", "/picture/map", "/measure/coverage", "/review/2020/")
    }
    for path in Path(cotmoc.__file__).parent.rglob("static/**/*"):
        if path.suffix in {".css", ".js", ".mjs", ".html", ".svg"} and "vendor" not in path.parts:
            texts[str(path)] = path.read_text("utf-8")
    for path, text in texts.items():
        found = {url for url in OUTSIDE.findall(text) if not any(url.startswith(name) for name in NAMED)}
        assert not found, (path, found)


def test_no_page_has_script_or_style_of_its_own(province: Province) -> None:
    client = Client()
    client.force_login(province.users["BCH"])
    for path in (
        "/record/",
        "/record/patrols/new",
        "/picture/map",
        "/picture/markers/703",
        "/measure/coverage",
        "/review/2020/",
    ):
        page = client.get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", page), path
        for tag in re.findall(r"<script[^>]*>", page):
            assert "src=" in tag or 'type="application/json"' in tag, (path, tag)
