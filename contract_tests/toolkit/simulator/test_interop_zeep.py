"""Plain zeep, with nothing but the served description, lives a whole life against the endpoint."""

from __future__ import annotations

from typing import Any

import pytest
import zeep

from contract_tests.toolkit.simulator.life import RESELLER, endpoint, live
from seqrkit.vocabulary import Interface


@pytest.mark.parametrize("interface", Interface)
def test_zeep_lives_a_whole_life(interface: Interface) -> None:
    with endpoint() as there:
        client = zeep.Client(there.url(interface) + "?wsdl")

        def call(operation: str, **arguments: Any) -> Any:
            return client.service[operation](**arguments)

        live(there, call, interface)
        client.transport.session.close()


def test_zeep_raises_a_fault_for_a_fault() -> None:
    with endpoint() as there:
        client = zeep.Client(there.url() + "?wsdl")
        there.application.answers.strict = True
        poll = client.create_message(
            client.service, "markTransactionPeriod", context=RESELLER, parameters={}
        )
        poll[0][0].append(poll.makeelement("colour", {}))
        reply = client.transport.post_xml(there.url(), poll, {})
        assert reply.status_code == 500
        with pytest.raises(zeep.exceptions.Fault, match="strict mode"):
            client.service._binding.process_reply(
                client, client.service._binding.get("markTransactionPeriod"), reply
            )
        client.transport.session.close()
