"""The command line: ``seqrkit demo``, ``lint``, ``send``, ``serve`` and what goes with them.

A command's module is imported when that command runs, so that ``seqrkit --help`` stays quick.
Errors are printed as one message on standard error, without a traceback. Exit codes: 1 if the
command ran and the result is negative, 2 if it could not run (wrong usage, no SOAP service answers,
it refuses the credentials), 3 if nothing could be tested, 70 for an internal error. If the reader
of its output goes away, a command ends silently, as other programs do.
"""

from __future__ import annotations

import codecs
import errno
import os
import signal
import sys
from _thread import interrupt_main
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from threading import Timer, main_thread
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

from seqrkit._version import __version__
from seqrkit.environment_variables import flag
from seqrkit.errors import CannotPay, EndpointError, SeqrError
from seqrkit.report_files import reason
from seqrkit.terminal_text import WORDING, ascii_instead, visible

if TYPE_CHECKING:
    from seqrkit.exchange import Exchange

_Item = TypeVar("_Item")

COMMANDS: Final = {
    "demo": "Show every request being built, checked, sent and answered.",
    "verify": "Run the contract suite against an endpoint.",
    "lab": "Open the notebooks in JupyterLab.",
    "lint": "Check messages by the documented rules.",
    "show": "Show the exchanges of a session with their findings.",
    "diff": "Compare two sessions or messages by meaning.",
    "drift": "Compare the WSDL of a service with the bundled one.",
    "certify": "Test a session against the certification procedure.",
    "replay": "Send a session again and compare the replies.",
    "load": "Play registers and shops at an endpoint.",
    "proxy": "Record what a register and an endpoint say to each other.",
    "drill": "Disturb the replies to a client and judge its books.",
    "check-register": "Check a register in any language with one verdict.",
    "send": "Send one request and show the exchange.",
    "generate": "Write generated requests of an operation as envelopes.",
    "contract": "Print the rules of an interface, or export them as JSON.",
    "qr": "Draw the QR code of an invoice, or the code of a till.",
    "serve": "Run an endpoint on this machine.",
    "wait": "Wait until an endpoint answers.",
    "phone": "Act as the buyer at an endpoint.",
    "clock": "Show or move the clock of an endpoint.",
    "faults": "Inject faults into an endpoint.",
    "tail": "Print the exchanges of an endpoint as they happen.",
    "notifications": "List payment notifications, and send them again.",
    "fidelity": "List the endpoint's behaviours and the evidence for each.",
    "completion": "Print the script that completes commands in a shell.",
    "explain": "Explain a result code, operation, field, rule or symptom.",
}
"""Each command with its one-line help; the module of the same name holds `command`."""

TRACEBACK: Final = "SEQRKIT_TRACEBACK"
"""The environment variable that enables tracebacks."""

NOTHING_TESTED: Final = 3
"""The exit code of a test run in which nothing could be tested."""

INTERRUPTED: Final = 130
"""The exit code of a program ended by Ctrl-C, as shells report it."""

_PIPE_CLOSED: Final = 141
"""The exit code of a program whose reader has gone away, as shells report it."""

_ASCII: Final = "seqrkit.ascii"
"""The name of the handler for characters that the encoding of the output lacks."""

_MISUSES: Final = (ValueError, EndpointError)
"""The errors about arguments and files, which are all a `ValueError` too, and about endpoints."""
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""The errors of a stream that cannot be written, which carry no file name."""


def echo(text: str) -> None:
    """Print text that can come from a file or a server, with its control characters escaped."""
    click.echo(visible(text))


class Failure(click.ClickException):
    """The command ran and failed; the message goes to standard error."""

    exit_code = 1

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's own signature
        """Print the message."""
        click.echo(f"seqrkit: {visible(self.message)}", file=file, err=file is None)


class Misuse(Failure):
    """The command cannot run: an argument, a file or a setting is not valid."""

    exit_code = 2


class NothingTested(Failure):
    """Nothing that was selected could be tested, which must not pass in CI."""

    exit_code = NOTHING_TESTED


class Defect(Failure):
    """An internal error in seqrkit."""

    exit_code = 70


class _LazyGroup(click.Group):
    """A group that imports the module of a command when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command = import_module(f"{__name__}.{module}").command
        if not isinstance(command, click.Command):
            msg = f"seqrkit.cli.{cmd_name} has no command"
            raise TypeError(msg)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands in the help without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run a command and print its errors as one message."""
        from seqrkit.cli.option_names import with_options

        traceback = False
        before = WORDING.set(partial(with_options, ctx))
        hook = sys.unraisablehook
        try:
            traceback = flag(TRACEBACK, os.environ)
            sys.unraisablehook = partial(_repeat_interrupt, hook)
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # click knows how to end with these
        except BrokenPipeError:
            _drop_output()
            ctx.exit(_PIPE_CLOSED)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except Exception as error:  # the outermost place: a message, not a trace
            if traceback:
                raise
            _fail(error)
        finally:
            sys.unraisablehook = hook
            WORDING.reset(before)


def exit_code(exchanges: Iterable[Exchange], *, passed: bool) -> int:
    """Return the exit code of a command that has sent requests."""
    if passed:
        return 0
    reached = any(each.reached_service for each in exchanges)
    return Failure.exit_code if reached else Misuse.exit_code


def require(extra: str, *packages: str) -> None:
    """Raise `Misuse` unless these packages of an optional dependency group are installed."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise Misuse(f"not installed: {', '.join(missing)}; run: pip install 'seqrkit[{extra}]'")


def counted(items: Iterable[_Item], what: str) -> Iterable[_Item]:
    """Return the items; on a terminal they are counted in a line of stderr."""
    if not sys.stderr.isatty():
        return items
    from seqrkit.client.progress_bar import track  # deferred: few commands need it

    return track(items, what, stream=sys.stderr)


@contextmanager
def ended_by_sigterm() -> Iterator[list[int]]:
    """End the run as Ctrl-C does when SIGTERM arrives, so that reports are written."""
    arrived: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        arrived.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield arrived
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: signal.Signals) -> None:
    """Send a signal to the main thread; it ends a wait, too, except on Windows."""
    if sys.platform == "win32":
        interrupt_main(number)
    else:
        signal.pthread_kill(main_thread().ident or 0, number)


def _repeat_interrupt(
    hook: Callable[[sys.UnraisableHookArgs], object], dropped: sys.UnraisableHookArgs
) -> None:
    # Python drops Ctrl-C where it cannot be raised: in a destructor or a callback of the garbage
    # collector, such as Hypothesis's. A thread, because the hook itself runs at such a place.
    if dropped.exc_type is KeyboardInterrupt:
        # A shell starts commands in the background with SIGINT ignored: then it was SIGTERM.
        is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        Timer(0.01, _interrupt, [signal.SIGTERM if is_ignored else signal.SIGINT]).start()
    else:
        hook(dropped)


def _fail(error: Exception) -> NoReturn:
    if isinstance(error, SeqrError):
        raise (Misuse if _is_misuse(error) else Failure)(str(error)) from error
    # Any other OSError is not about the user's files, so it is a defect here.
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _UNWRITABLE):
        raise Misuse(_sentence(error)) from error
    kind = type(error).__name__
    message = (
        f"internal error in seqrkit: {kind}: {error}. "
        f"Please report it with the traceback that {TRACEBACK}=1 shows."
    )
    raise Defect(message) from error


def _is_misuse(error: SeqrError) -> bool:
    if isinstance(error, CannotPay):
        return False  # the endpoint did answer
    exchange = error.exchange
    unreached = exchange is not None and not exchange.reached_service
    return unreached or isinstance(error, _MISUSES)


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="seqrkit", message="%(prog)s %(version)s")
def group() -> None:
    """Explore, check and rehearse SEQR (Glase) merchant payments over SOAP."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""
    # A Windows console or a C locale lacks characters that messages contain.
    codecs.register_error(_ASCII, ascii_instead)
    for stream in (sys.stdout, sys.stderr):
        # Absent from streams that a test or a notebook puts in their place, and None without a
        # console.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_ASCII)
    try:
        try:
            group.main(None if arguments is None else list(arguments), prog_name="seqrkit")
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # while a failure can still be reported
    except OSError as error:
        _drop_output()
        if error.errno == errno.EPIPE:
            sys.exit(_PIPE_CLOSED)
        with suppress(OSError):  # standard error can be full as well
            click.echo(f"seqrkit: {visible(_sentence(error))}", err=True)
        sys.exit(Misuse.exit_code)
    sys.exit(0)  # click has exited already; the type checker does not know


def _sentence(error: OSError) -> str:
    name = "the output cannot be written" if error.filename is None else error.filename
    return f"{name}: {reason(error)}"


def _drop_output() -> None:
    """Discard what is still buffered, or Python would try to write it again at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
