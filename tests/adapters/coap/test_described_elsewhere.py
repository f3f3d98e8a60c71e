"""What has a Thing Description is the Web of Things adapter's; a directory of those is nothing of a device."""

import pytest

from custom_components.local_things.adapters.coap.adapter import CoapAdapter
from custom_components.local_things.things.errors import Reason, Rejected
from tests.transports.coap.peer import Peer, reply

SENSOR = '</t>;rt="temperature-c";ct=0'


def listing(peer: Peer, links: str) -> str:
    """Let the peer list these links, and say 21.5 of all else."""
    peer.answer = lambda request: [reply(request, links.encode() if request.path == "/.well-known/core" else b"21.5")]
    return peer.endpoint.uri


@pytest.mark.parametrize("link", ('</.well-known/wot>;rt="wot.thing"', '</td>;rt="x wot.thing";ct=432'))
async def test_a_server_with_a_description_is_left_to_it(adapter: CoapAdapter, peer: Peer, link: str) -> None:
    with pytest.raises(Rejected) as refusal:
        await adapter.inspect(listing(peer, f"{SENSOR},{link}"))
    assert refusal.value.reason is Reason.NOT_A_THING


@pytest.mark.parametrize("link", ('</td>;rt="wot.thing";anchor="coap://[2001:db8::1]"', '</d>;rt="wot.directory"'))
async def test_a_description_of_others_changes_nothing(adapter: CoapAdapter, peer: Peer, link: str) -> None:
    found = await adapter.inspect(listing(peer, f"{SENSOR},{link}"))
    assert len(found.description.affordances) == 1


async def test_a_directory_alone_is_no_thing(adapter: CoapAdapter, peer: Peer) -> None:
    with pytest.raises(Rejected):
        await adapter.inspect(listing(peer, '</d>;rt="wot.directory"'))
