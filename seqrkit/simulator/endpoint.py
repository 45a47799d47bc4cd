"""The endpoint: a store, a service and a web server in threads of this process."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Final, Self

from seqrkit.clock import Clock, SystemClock
from seqrkit.errors import StoreError
from seqrkit.schemas import schema_set
from seqrkit.simulator.control.access_guard import guard_of
from seqrkit.simulator.endpoint_options import EndpointOptions
from seqrkit.simulator.http import own_address
from seqrkit.simulator.http.limits import DEFAULT, Limits
from seqrkit.simulator.http.listening import listen
from seqrkit.simulator.http.request_and_response import Scope
from seqrkit.simulator.http.request_body import Headers
from seqrkit.simulator.http.server import Server
from seqrkit.simulator.store.database_url import open_store
from seqrkit.simulator.store.settings import SettingsSource
from seqrkit.simulator.store.transactional_store import Store
from seqrkit.simulator.store.world_databases import world_databases
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.simulator.world import World
from seqrkit.simulator.worlds import IDLE_SECONDS, MAX_WORLDS, Worlds
from seqrkit.vocabulary import NEWEST, PATHS, Interface

if TYPE_CHECKING:
    from seqrkit.simulator.workers.pool import Workers

_LOCAL: Final = "127.0.0.1"
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared, not bound


class Endpoint(World):
    """A local endpoint that behaves like the service.

    ``with Endpoint() as endpoint:`` starts it on a free port of the loopback interface and stops it
    at the end. `start` and `stop` do the same, and may be called repeatedly. It also stops when the
    process ends.

    `db` is a database file, created if necessary; without it everything is kept in memory. `clock`
    is the system clock by default. `seed` makes references repeatable, `None` makes them random.
    `strict` rejects every request that the published schema rejects, `documented` those that break
    an error rule of the interface's own document; `configure` can change that. `trust_forwarded`
    uses X-Forwarded headers: only for an endpoint behind a proxy. `base_url` is the address under
    which clients reach it through a proxy, with scheme and path. `allow_hosts` are host names that
    are accepted besides localhost. `limits` are the limits for clients. `notify_allow` are hosts
    that notifications may be sent to, besides this machine; `notify_loopback` sends them to this
    machine also when others can use the endpoint. `token` is required of control clients; one is
    generated when listening on a non-loopback address. `power_safe` writes each commit to the disk
    before the reply. With a `certificate` (PEM) it serves https; `key` is its key, if that is in a
    file of its own. `force` opens a damaged database. `debug` logs stack traces. `settings` are
    resellers, terminals and the like, as `configure` applies them; a reset applies them again.
    `workers` is the number of processes that answer SOAP requests, if not this one; they need a
    database that processes can share. `worlds` is the number of other worlds that it may serve, and
    `world_idle_seconds` how long one is kept that nobody uses; they are kept beside `db`.

    Raises `ConfigurationError` for settings that are not valid, and `StoreError` for a database
    that cannot be used; `start` raises `PortInUse`, or `EndpointError` for an address that cannot
    be listened on.
    """

    def __init__(
        self,
        db: str | PathLike[str] | None = None,
        clock: Clock | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        strict: bool = False,
        documented: bool = False,
        seed: int | None = 0,
        trust_forwarded: bool = False,
        base_url: str = "",
        allow_hosts: Iterable[str] = (),
        notify_allow: Iterable[str] = (),
        notify_loopback: bool = False,
        limits: Limits = DEFAULT,
        token: str | None = None,
        certificate: str | PathLike[str] | None = None,
        key: str | PathLike[str] | None = None,
        power_safe: bool = False,
        force: bool = False,
        debug: bool = False,
        settings: SettingsSource | None = None,
        workers: int = 0,
        worlds: int = MAX_WORLDS,
        world_idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.host = host
        self.port: int = port
        self.limits = limits
        options = EndpointOptions(
            host=host,
            strict=strict,
            documented=documented,
            seed=seed,
            trust_forwarded=trust_forwarded,
            base_url=base_url,
            allow_hosts=tuple(allow_hosts),
            notify_allow=tuple(notify_allow),
            notify_loopback=notify_loopback,
            limits=limits,
            token=token,
            certificate=certificate,
            key=key,
            power_safe=power_safe,
            debug=debug,
            settings=settings,
        )
        guard, own_url = guard_of(options)
        self._tls = options.tls()
        self._scheme = options.scheme
        # Last of what can fail: a wrong argument must not leave a database open.
        store = open_store(db, power_safe=power_safe, force=force)
        super().__init__(store, clock or SystemClock(), guard, own_url, options)

        def new_world(name: str, store: Store, clock: Clock) -> World:
            def url(scope: Scope, headers: Headers) -> str:
                return f"{own_url(scope, headers)}{own_address.WORLDS}{name}"

            return World(store, clock, guard, url, options)

        self.worlds: Worlds = Worlds(
            new_world,
            world_databases(db, power_safe=power_safe),
            self.clock,
            most=worlds,
            idle_seconds=world_idle_seconds,
        )
        """Other endpoints below ``/w/NAME``, which share nothing with this one."""
        self.application.worlds = self.control.worlds = self.worlds
        self._workers: Workers | None = None
        self._start_workers: Callable[..., Workers] | None = None
        if workers:
            from seqrkit.simulator.workers.pool import start_workers

            self._start_workers = partial(
                start_workers,
                workers,
                self.control,
                # The token too, which may have been generated.
                replace(options, token=guard.token),
                db=db,
            )
        self._lock = threading.Lock()
        self._running: Server | None = None

    @property
    def token(self) -> str | None:
        """The token that the control API requires; `None` if it requires none."""
        return self.control.guard.token

    @property
    def base_url(self) -> str:
        """The endpoint's address, e.g. ``http://127.0.0.1:8080``; known after the start."""
        host = _EVERYWHERE.get(self.host) or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{self._scheme}://{host}:{self.port}"

    def url(self, interface: str = NEWEST) -> str:
        """Return the address of an interface; with ``?wsdl`` it is that of its WSDL.

        Raises `ConfigurationError` for an unknown interface.
        """
        return self.base_url + PATHS[schema_set(interface).interface]

    @property
    def is_running(self) -> bool:
        """Whether the endpoint is running."""
        return self._running is not None

    def start(self) -> Self:
        """Start listening; return when requests are answered."""
        with self._lock:
            if self._running is None:
                # With workers, this process is only reached through them.
                is_alone = self._start_workers is None
                listener = listen(self.host, self.port) if is_alone else listen(_LOCAL, 0)
                own_port = listener.getsockname()[1]
                self.port = own_port if is_alone else self.port
                for interface in Interface:
                    wire_codec(interface)  # built now, so that the first request is not slower
                self.control.feed.open()
                # Those that an earlier process has stored and not sent.
                self.notifications.resume()
                self._running = Server(
                    self.application,
                    listener,
                    limits=self.limits,
                    tls=self._tls if is_alone else None,
                    scheme=self._scheme,
                    tick=self.tick,
                    release=self.application.delivery.release,
                )
                if self._start_workers is not None:
                    self._workers = self._start_workers(port=self.port, main_port=own_port)
                    self.port = self._workers.port
                # A notebook ends without leaving the with block, and the database has to be closed.
                atexit.register(self.close)
        return self

    def tick(self) -> None:
        """Apply the events that are due, here and in the other worlds."""
        super().tick()
        try:
            self.worlds.tick()
        except StoreError as error:
            self.service.report("the upkeep of the worlds", error)

    def stop(self) -> None:
        """Finish the current requests and stop listening; data in memory is kept."""
        with self._lock:
            running, self._running = self._running, None
            if running is not None:
                self.control.feed.close()
                if self._workers is not None:
                    self._workers.stop()
                    self._workers = None
                running.stop()
                atexit.unregister(self.close)

    def close(self) -> None:
        """Stop, and close the database."""
        # First, because stopping waits for requests, and those for other processes.
        self.service.transactions.store.end_waiting()
        self.worlds.end_waiting()
        self.stop()
        self.worlds.close()
        super().close()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()  # __exit__ is not called
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        where = self.base_url if self.is_running else "stopped"
        return f"<Endpoint {where}>"
