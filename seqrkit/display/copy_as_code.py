"""Commands that send a message again: for a shell, and for Python.

No password is in them: what is shown is masked, and what runs takes it from the environment. Apart
from that the bytes that are sent are the bytes that were given, whatever they are.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Final, NamedTuple

from seqrkit import contract, soap
from seqrkit.contract.message_identity import operation_of, plain, sender_of
from seqrkit.environment import variable
from seqrkit.errors import ConfigurationError
from seqrkit.vocabulary import PrincipalType

NEW_PASSWORD: Final = "new_terminal_password"  # noqa: S105 - the name of one
"""What the password that registerTerminal gives to its new terminal is called here."""

_PASSWORDS: Final = {
    PrincipalType.TERMINALID: "terminal_password",
    PrincipalType.RESELLERUSER: "reseller_password",
}
_HIDDEN: Final = rf"(?<=>){re.escape(soap.MASK)}(?=</(?:[^\s<>/:]+:)?[Pp]assword\s*>)"
# Control characters but tab and line feed, and bytes that are no text: not to be pasted.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL: Final = re.compile(r"([\\$`])")  # in a here-document


class _Piece(NamedTuple):
    """Some of a message's text, and the password that follows it, if one does."""

    text: str
    password: str = ""


def curl(envelope: bytes, endpoint: str, interface: str) -> str:
    """A shell command that posts the envelope with curl, and prints the reply.

    Its passwords are read from SEQR_TERMINAL_PASSWORD, SEQR_RESELLER_PASSWORD, and for the terminal
    that registerTerminal makes SEQR_NEW_TERMINAL_PASSWORD. Needs a POSIX shell. Raises
    `ConfigurationError` for a message in UTF-16 that has a password.
    """
    pieces = _pieces(envelope, interface)
    whole = "".join(piece.text for piece in pieces)
    if "\0" in whole and soap.MASK.encode() in plain(soap.mask(envelope)):
        raise ConfigurationError(
            "a shell cannot put a password into a message in UTF-16; copy it as Python instead"
        )
    command = " \\\n  ".join(
        (
            f"curl --silent --show-error {shlex.quote(endpoint)}",
            *(f"--header {shlex.quote(f'{name}: {said}')}" for name, said in soap.HEADERS.items()),
            "--data-binary @-",
        )
    )
    readable = whole.endswith("\n") and not _UNPRINTABLE.search(whole)
    passwords = dict.fromkeys(piece.password for piece in pieces if piece.password)
    return "".join(map(_read, passwords)) + (
        _here(command, pieces, whole) if readable else _piped(command, pieces)
    )


def python(envelope: bytes, endpoint: str, interface: str) -> str:
    """A Python program that sends the envelope with seqrkit, and prints the exchange.

    Its passwords are read from the same variables as those of `curl`.
    """
    before, *rest = _around_new_password(_pieces(envelope, interface))
    secret = f'escape(os.environ["{variable(NEW_PASSWORD)}"]).encode()'
    said = _literal(before) + "".join(f" + {secret} + {_literal(each)}" for each in rest)
    imports = "import os\nfrom html import escape\n\n" if rest else ""
    return (
        f"{imports}import seqrkit\n\nenvelope = {said}\n"
        f"with seqrkit.connect({_quoted(endpoint)}, interface={_quoted(str(interface))}) as seqr:\n"
        "    print(seqr.send_raw(envelope))  # puts the caller's password back\n"
    )


def _pieces(envelope: bytes, interface: str) -> Sequence[_Piece]:
    """The message in pieces, a password between each two."""
    masked = soap.mask(envelope)
    operations = contract.load(interface).operations
    own = _PASSWORDS[sender_of(masked, operation_of(masked), operations)]
    if b"\0" in masked:  # UTF-16, in which no piece can be told from another
        return (_Piece(_text(masked)),)
    mark = _unused("PASSWORD", _text(masked))
    *pairs, last = re.split(f"({mark}|{_HIDDEN})", _text(soap.unmask(masked, mark)))
    return (
        *(
            _Piece(text, own if password == mark else NEW_PASSWORD)
            for text, password in zip(pairs[::2], pairs[1::2], strict=True)
        ),
        _Piece(last),
    )


def _around_new_password(pieces: Sequence[_Piece]) -> Sequence[str]:
    """What stands before, between and behind passwords that no client can put back by itself."""
    texts = [""]
    for piece in pieces:
        texts[-1] += piece.text
        if piece.password == NEW_PASSWORD:
            texts.append("")
        elif piece.password:
            texts[-1] += soap.MASK
    return texts


def _unused(word: str, text: str) -> str:
    """The word, lengthened until the text does not hold it."""
    while word in text:
        word += "_"
    return word


# Surrogates keep bytes that are not UTF-8, as in `soap`.
def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


# For a shell


def _read(password: str) -> str:
    """The lines that take a password from the environment, as XML has it, or stop."""
    name = variable(password)
    escaped = r"sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'"
    return (
        f': "${{{name}:?is to hold the password}}" &&\n'
        f'{password}=$(printf %s "${name}" | {escaped}) &&\n'
    )


def _here(command: str, pieces: Sequence[_Piece], whole: str) -> str:
    end = _unused("ENVELOPE", whole)
    said = "".join(
        _SPECIAL.sub(r"\\\1", text) + (f"${{{password}}}" if password else "")
        for text, password in pieces
    )
    return f"{command} <<{end}\n{said}{end}\n"


def _piped(command: str, pieces: Sequence[_Piece]) -> str:
    said = "".join(
        "".join(map(_printed, text.encode("utf-8", "surrogateescape"))) + ("%s" if password else "")
        for text, password in pieces
    )
    passwords = "".join(f' "${password}"' for _, password in pieces if password)
    return f"printf '{said}'{passwords} |\n{command}\n"


def _printed(byte: int) -> str:
    """A byte as printf's format has it, inside single quotes."""
    char = chr(byte)
    if char == "%":
        return "%%"
    as_it_is = char.isascii() and char.isprintable() and char not in "'\\"
    return char if as_it_is else f"\\{byte:03o}"


# For Python


def _literal(text: str) -> str:
    """An expression for the text's bytes, over several lines where it can be read so."""
    if _UNPRINTABLE.search(text):
        return repr(text.encode("utf-8", "surrogateescape"))
    escaped = text.replace("\\", r"\\").replace('"""', r"\"\"\"")
    if escaped.endswith('"'):
        escaped = escaped[:-1] + r"\""
    return f'"""\\\n{escaped}""".encode()'


def _quoted(text: str) -> str:
    return f'"{text}"' if repr(text) == f"'{text}'" else repr(text)
