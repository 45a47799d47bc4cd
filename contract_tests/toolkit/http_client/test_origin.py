"""Credentials in URLs: removed wherever they are, and nothing else is."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.http_client import without_credentials

HOSTS = st.sampled_from(["host", "127.0.0.1", "[::1]", "shop.example", "bücher.example"])
PORTS = st.sampled_from(["", ":80", ":65535"])
RESTS = st.sampled_from(["", "/", "/path?mail=a@b", "?mail=a@b", "#a@b", "/a@b/c", "/x:y@z"])
STARTS = st.sampled_from(["http://", "https://", "HTTPS://", "//", "", " https://"])
PARTS = st.text(st.characters(exclude_characters="/?#", exclude_categories=["Cs"]), max_size=20)


@given(STARTS, HOSTS, PORTS, RESTS)
def test_a_url_without_credentials_stays_as_it_is(
    start: str, host: str, port: str, rest: str
) -> None:
    url = f"{start}{host}{port}{rest}"
    assert without_credentials(url) == url


@given(STARTS, PARTS, st.none() | PARTS, HOSTS, RESTS)
def test_user_and_password_are_removed_and_nothing_else(
    start: str, user: str, password: str | None, host: str, rest: str
) -> None:
    if not start:
        user = quote(user, safe="")
    login = user if password is None else f"{user}:{password}"
    assert without_credentials(f"{start}{login}@{host}{rest}") == f"{start}{host}{rest}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://host/path?mail=a@b", "http://host/path?mail=a@b"),
        ("http://us@er:p@ss@host/", "http://host/"),
        ("http://user:pa/ss@host/", "http://host/"),
        ("http://user:pa?ss@host", "http://host"),
        ("user:secret@proxy:3128", "proxy:3128"),
        ("https://user:@host", "https://host"),
        ("https://@host", "https://host"),
        ("https://user:pass@[::1]:8080/x?a=@", "https://[::1]:8080/x?a=@"),
        ("https://[::1]:8080/@", "https://[::1]:8080/@"),
        ("", ""),
        ("@", ""),
    ],
)
def test_credentials_are_found_as_people_write_them(url: str, shown: str) -> None:
    assert without_credentials(url) == shown
