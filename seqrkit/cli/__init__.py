"""The command line: ``seqrkit demo``, ``lint``, ``send``, ``serve`` and what goes with them.

A command's module is imported when that command runs, so that ``seqrkit --help`` stays quick.
Whatever goes wrong is one sentence on standard error and an exit code, never a stack trace: 1 when
the work was done and its answer is no, 2 when it could not be done as asked.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from seqrkit._version import __version__
from seqrkit.environment import flag
from seqrkit.errors import (
    ConfigurationError,
    EndpointError,
    MessageError,
    SeqrError,
    UnwritableRequest,
)

COMMANDS: Final = {
    "demo": "Watch every request being built, checked, sent and answered.",
    "verify": "Run the contract suite, against an endpoint of its own or another.",
    "lab": "Open the notebooks in JupyterLab.",
    "lint": "Judge messages by the documented rules.",
    "send": "Send one request and show the exchange.",
    "serve": "Run the endpoint on this machine.",
    "phone": "Be the buyer, at an endpoint.",
    "clock": "Tell or turn the clock of an endpoint.",
    "faults": "Have things go wrong on purpose at an endpoint.",
    "fidelity": "Print what the endpoint does, and how anybody knows.",
    "explain": "Explain a result code, operation, symptom, behaviour or rule.",
}
"""Each command with its one-line help; the module of the same name holds `command`."""

TRACEBACK: Final = "SEQRKIT_TRACEBACK"
"""The environment variable that shows where in seqrkit an unforeseen failure arose."""

INTERRUPTED: Final = 130
"""What a shell calls a program that Ctrl-C ended."""


_MISUSES: Final = (ConfigurationError, EndpointError, MessageError, UnwritableRequest)


class Failure(click.ClickException):
    """The work was done, or begun, and failed: a sentence for standard error."""

    exit_code = 1

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's own signature
        """Print the sentence."""
        click.echo(f"seqrkit: {self.message}", file=file, err=file is None)


class Misuse(Failure):
    """It cannot be done as asked: an argument, a file or a setting is wrong."""

    exit_code = 2


class Defect(Failure):
    """Something in seqrkit itself is wrong."""

    exit_code = 70


class _LazyGroup(click.Group):
    """Knows its commands by name; imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"{__name__}.{cmd_name}").command
        if not isinstance(command, click.Command):
            msg = f"seqrkit.cli.{cmd_name} has no command"
            raise TypeError(msg)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, without importing a single command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command, and turn what goes wrong into one sentence."""
        traceback = False
        try:
            traceback = flag(TRACEBACK, os.environ)
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click knows how to end with these
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except Exception as error:  # the outermost place: a message, not a trace
            if traceback:
                raise
            _fail(error)


def _fail(error: Exception) -> NoReturn:
    if isinstance(error, SeqrError):
        raise (Misuse if isinstance(error, _MISUSES) else Failure)(str(error)) from error
    if isinstance(error, OSError) and error.errno != errno.EPIPE and error.filename is not None:
        reason = (error.strerror or type(error).__name__).lower()
        raise Misuse(f"{error.filename}: {reason}") from error
    kind = type(error).__name__
    sentence = (
        f"a defect in seqrkit, not in what you asked for: {kind}: {error}. "
        f"Set {TRACEBACK}=1 to see where, and please report it."
    )
    raise Defect(sentence) from error


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="seqrkit", message="%(prog)s %(version)s")
def _group() -> None:
    """Explore, check and rehearse SEQR (Glase) merchant payments over SOAP."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point; ends the process with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal that cannot show a sign shows a ?
    _group.main(None if arguments is None else list(arguments), prog_name="seqrkit")
    sys.exit(0)  # click has left already; this says so to the type checker
