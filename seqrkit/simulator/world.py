"""A world: everything of an endpoint but its web server.

An endpoint is a world with a server, and serves other worlds below ``/w/NAME``: teams or jobs that
share nothing but the address.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seqrkit.clock import Clock
from seqrkit.errors import StoreError
from seqrkit.simulator.application import Application
from seqrkit.simulator.control.access_guard import BaseUrl, Guard
from seqrkit.simulator.control.controlled_endpoint import ControlledEndpoint
from seqrkit.simulator.endpoint_options import EndpointOptions
from seqrkit.simulator.faults import Faults
from seqrkit.simulator.notifications.delivery import Notifications
from seqrkit.simulator.notifications.http_post import post
from seqrkit.simulator.notifications.outbox import Outbox
from seqrkit.simulator.service import Service
from seqrkit.simulator.store.settings import SettingsSource
from seqrkit.simulator.store.transactional_store import Store

if TYPE_CHECKING:
    from seqrkit.simulator.phone import Phone


class World:
    """A service with its store, clock, faults, notifications, control API and pages.

    The parameters are those of `Endpoint`; `own_url` returns the address under which a client sees
    the world.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        guard: Guard,
        own_url: BaseUrl,
        options: EndpointOptions,
    ) -> None:
        self.clock: Clock = clock
        self.faults: Faults = Faults(options.seed)
        """The faults that are injected; none at first."""
        self.notifications: Notifications = Notifications(
            clock,
            outbox=Outbox(store),
            allow=options.notify_allow,
            faults=self.faults,
            poster=partial(post, to_loopback=options.notify_loopback or guard.only_local),
        )
        """The calls of merchants' notificationUrl, with their outcomes."""
        self.service: Service = Service(
            store,
            clock,
            seed=options.seed,
            notify=self.notifications,
            strict=options.strict,
            documented=options.documented,
            settings=options.settings,
        )
        self.application: Application = Application(
            self.service,
            strict=options.strict,
            guard=guard,
            own_url=own_url,
            limit=options.limits.message_bytes,
            body_seconds=options.limits.body_seconds,
            faults=self.faults,
            debug=options.debug,
        )
        self.control: ControlledEndpoint = ControlledEndpoint(
            self.service,
            self.application.exchanges,
            self.faults,
            guard,
            self.notifications,
            is_busy=self.application.is_busy,
            strict=options.strict,
        )
        """The endpoint as the control API sees it."""
        self.application.control = self.control

    @property
    def phone(self) -> Phone:
        """The simulated buyer's phone."""
        return self.service.phone

    def configure(self, settings: SettingsSource) -> None:
        """Add or change resellers, terminals, users, tokens, reports and seed invoices.

        `settings` are a mapping such as ``{"resellers": [{"id": "my_shop", "gaming": True}]}``, the
        name of a TOML file with the same content, or `Settings`. An entry changes what it names.
        Raises `ConfigurationError`, and changes nothing, if they are not valid.
        """
        self.control.configure(settings)

    def tick(self) -> None:
        """Apply the events that are due, and send what another process has left."""
        try:
            self.service.tick()
            self.notifications.adopt()
        except StoreError as error:
            self.service.report("events that are due", error)

    def close(self) -> None:
        """Close the database; nothing is delivered any more."""
        self.control.feed.close()
        self.notifications.close()
        self.service.close()
