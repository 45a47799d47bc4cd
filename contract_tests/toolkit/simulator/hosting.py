"""An application on a port, around a service that answers anything with 0 and remembers it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import httpx

from seqrkit import model
from seqrkit.clock import Clock, ManualClock
from seqrkit.model_base import Request
from seqrkit.simulator.application import Application
from seqrkit.simulator.http.listening import listen
from seqrkit.simulator.http.server import Server
from seqrkit.simulator.service import Service, ServiceCall
from seqrkit.vocabulary import PATHS, Interface


class Canned:
    """A service without rules: it remembers what it was asked, and agrees."""

    def __init__(self) -> None:
        self.clock: Clock = ManualClock()
        self.documented = False
        self.asked: list[tuple[str, Request | None, Interface]] = []
        self.problem = ""
        self.failure: Exception | None = None

    def handle_all(self, calls: Sequence[ServiceCall]) -> Sequence[model.Reply | Exception]:
        """Reply with 0 or the first rejection, or raise what the test has put into `failure`."""
        return [self._reply_to(call) for call in calls]

    def _reply_to(self, call: ServiceCall) -> model.Reply:
        self.asked.append((call.operation, call.request, call.interface))
        if self.failure is not None:
            raise self.failure
        cls = model.REPLIES.get(call.operation, model.Reply)
        for code, description in call.rejections:
            return cls(result_code=code, result_description=description)
        known = call.request is not None
        return cls(
            result_code=0 if known else 91, result_description="SUCCESS" if known else "UNSUPPORTED"
        )

    def refuse(self, operation: str, code: int) -> model.Reply:
        """Reply with a code."""
        return model.REPLIES.get(operation, model.Reply)(result_code=code)


class Hosted:
    """An application that answers on a port, and a way to talk to it."""

    def __init__(self, application: Application, service: Canned, port: int) -> None:
        self.application = application
        self.service = service
        self.port = port
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)

    def post(
        self,
        body: bytes,
        headers: dict[str, str] | None = None,
        interface: Interface = Interface.CASHREGISTER_2,
    ) -> httpx.Response:
        """Post a message as it is."""
        return self.client.post(PATHS[interface], content=body, headers=headers)

    @property
    def request(self) -> Request:
        """What the service was asked last."""
        request = self.service.asked[-1][1]
        assert request is not None
        return request

    @property
    def rules(self) -> list[str]:
        """The rules that the last message departed from."""
        *_, last = self.application.exchanges
        return [note.rule for note in last.notes]


@contextmanager
def hosted(*, documented: bool = False, **options: Any) -> Iterator[Hosted]:
    """Serve an application with these options."""
    service = Canned()
    service.documented = documented
    application = Application(cast("Service", service), **options)
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    running = Server(application, listener)
    there = Hosted(application, service, port)
    try:
        yield there
    finally:
        there.client.close()
        running.stop()
