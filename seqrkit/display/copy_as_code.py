"""Commands that send a message again: with curl in a shell, and in Python.

They contain no password: it is read from the environment when they run. Apart from passwords they
send exactly the given bytes, also those that are not XML.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from seqrkit import contract, soap
from seqrkit.contract.message_identity import operation_of, plain, sender_of
from seqrkit.environment_variables import variable
from seqrkit.errors import ConfigurationError
from seqrkit.vocabulary import PrincipalType

NEW_PASSWORD: Final = "new_terminal_password"  # noqa: S105 - the name of a variable
"""The name of the password in registerTerminal, which is for the new terminal."""

PASSWORDS: Final = {
    PrincipalType.TERMINALID: "terminal_password",
    PrincipalType.RESELLERUSER: "reseller_password",
}
"""The name of the password among the credentials, by the type of the caller."""
_HIDDEN: Final = rf"(?<=>){re.escape(soap.MASK)}(?=</(?:[^\s<>/:]+:)?[Pp]assword\s*>)"
# Not to be pasted: control characters except tab and line feed, marks that reorder text, and bytes
# that are not UTF-8, which are surrogates here.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_SPECIAL: Final = re.compile(r"([\\$`])")  # to a here-document


class _Piece(NamedTuple):
    """A part of a message, and the variable of the shell that follows it, if any."""

    text: str
    variable: str = ""


def curl(
    envelope: bytes, endpoint: str, interface: str, variables: Mapping[str, str] = _NONE
) -> str:
    """Return a shell command that posts the envelope with curl and prints the reply.

    It reads passwords from SEQR_TERMINAL_PASSWORD and SEQR_RESELLER_PASSWORD, and the one in
    registerTerminal from SEQR_NEW_TERMINAL_PASSWORD. `variables` are those of the shell to send in
    place of texts of the envelope, by text. Needs a POSIX shell. Raises `ConfigurationError` for a
    message in UTF-16 with a password.
    """
    pieces = [part for each in _pieces(envelope, interface) for part in _split(each, variables)]
    whole = "".join(piece.text for piece in pieces)
    if "\0" in whole and soap.MASK.encode() in plain(soap.mask(envelope)):
        raise ConfigurationError(
            "a shell cannot put a password into a message in UTF-16; copy it as Python instead"
        )
    command = " \\\n  ".join(
        (
            f"curl --silent --show-error {shlex.quote(endpoint)}",
            *(
                f"--header {shlex.quote(f'{name}: {value}')}"
                for name, value in soap.HEADERS.items()
            ),
            "--data-binary @-",
        )
    )
    readable = whole.endswith("\n") and not _UNPRINTABLE.search(whole)
    named = dict.fromkeys(piece.variable for piece in pieces)
    passwords = (each for each in named if each in {*PASSWORDS.values(), NEW_PASSWORD})
    return "".join(map(_read, passwords)) + (
        _here(command, pieces, whole) if readable else _piped(command, pieces)
    )


def python(envelope: bytes, endpoint: str, interface: str) -> str:
    """Return a Python program that sends the envelope with seqrkit and prints the exchange.

    It reads passwords from the same variables as the command of `curl`.
    """
    before, *rest = _around_new_password(_pieces(envelope, interface))
    secret = f'escape(os.environ["{variable(NEW_PASSWORD)}"]).encode()'
    written = _literal(before) + "".join(f" + {secret} + {_literal(each)}" for each in rest)
    imports = "import os\nfrom html import escape\n\n" if rest else ""
    return (
        f"{imports}import seqrkit\n\nenvelope = {written}\n"
        f"with seqrkit.connect({quoted(endpoint)}, interface={quoted(str(interface))}) as seqr:\n"
        "    print(seqr.send_raw(envelope))  # restores the caller's password\n"
    )


def _pieces(envelope: bytes, interface: str) -> Sequence[_Piece]:
    """Split the message at its passwords."""
    masked = soap.mask(envelope)
    operations = contract.load(interface).operations
    own = PASSWORDS[sender_of(masked, operation_of(masked), operations)]
    if b"\0" in masked:  # UTF-16, in which passwords are not found
        return (_Piece(_text(masked)),)
    # The own password is found by restoring another one: only the context's mask is replaced.
    mark = _unused("PASSWORD", _text(masked))
    *pairs, last = re.split(f"({mark}|{_HIDDEN})", _text(soap.unmask(masked, mark)))
    return (
        *(
            _Piece(text, own if password == mark else NEW_PASSWORD)
            for text, password in zip(pairs[::2], pairs[1::2], strict=True)
        ),
        _Piece(last),
    )


def _split(piece: _Piece, variables: Mapping[str, str]) -> Iterator[_Piece]:
    """Yield a piece in parts that end where a variable stands in place of a text."""
    if not variables:
        yield piece
        return
    *pairs, last = re.split(f"({'|'.join(map(re.escape, variables))})", piece.text)
    for text, replaced in zip(pairs[::2], pairs[1::2], strict=True):
        yield _Piece(text, variables[replaced])
    yield _Piece(last, piece.variable)


def _around_new_password(pieces: Sequence[_Piece]) -> Sequence[str]:
    """Return the texts around the passwords that `send_raw` cannot restore."""
    texts = [""]
    for piece in pieces:
        texts[-1] += piece.text
        if piece.variable == NEW_PASSWORD:
            texts.append("")
        elif piece.variable:
            texts[-1] += soap.MASK
    return texts


def _unused(word: str, text: str) -> str:
    """Return the word, lengthened until the text does not contain it."""
    while word in text:
        word += "_"
    return word


# Surrogates preserve bytes that are not UTF-8, as in `soap`.
def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# Shell


def _read(password: str) -> str:
    """Return lines that read a password from the environment and escape it, or stop."""
    name = variable(password)
    escaped = r"sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'"
    return (
        f': "${{{name}:?must hold the password}}" &&\n'
        # Escaped by the shell, because the password is not known when the command is written.
        f'{password}=$(printf %s "${name}" | {escaped}) &&\n'
    )


def _here(command: str, pieces: Sequence[_Piece], whole: str) -> str:
    # The word ends the document, so it must not be a line of the message.
    end = _unused("ENVELOPE", whole)
    written = "".join(
        _SPECIAL.sub(r"\\\1", text) + (f"${{{variable}}}" if variable else "")
        for text, variable in pieces
    )
    return f"{command} <<{end}\n{written}{end}\n"


def _piped(command: str, pieces: Sequence[_Piece]) -> str:
    written = "".join(
        "".join(map(_printed, text.encode("utf-8", "surrogateescape"))) + ("%s" if variable else "")
        for text, variable in pieces
    )
    values = "".join(f' "${variable}"' for _, variable in pieces if variable)
    return f"printf '{written}'{values} |\n{command}\n"


def _printed(byte: int) -> str:
    """Return a byte in the format of printf, inside single quotes."""
    char = chr(byte)
    if char == "%":
        return "%%"
    literal = char.isascii() and char.isprintable() and char not in "'\\"
    # Octal, which every printf knows; \x is not in POSIX.
    return char if literal else f"\\{byte:03o}"


# Python


def _literal(text: str) -> str:
    """Return an expression for the text's bytes, on several lines if they are printable."""
    if _UNPRINTABLE.search(text):
        return repr(text.encode("utf-8", "surrogateescape"))
    escaped = text.replace("\\", r"\\").replace('"""', r"\"\"\"")
    if escaped.endswith('"'):
        escaped = escaped[:-1] + r"\""
    return f'"""\\\n{escaped}""".encode()'


def quoted(text: str) -> str:
    """Return the literal of a text, in double quotes if it has no characters to escape."""
    return f'"{text}"' if repr(text) == f"'{text}'" and '"' not in text else repr(text)
