"""How long the worst payload of 64 KiB that we know holds the event loop, for each decoder of the CoAP adapter.

The payloads are those of the tests (tests/adapters/coap/hostile.py), and short units over and over, the same ones in
each run. The reference is the bound: 50 ms. The payload is named in standard error.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
import json
import sys
import time

from custom_components.local_things.things.errors import ThingError
from tests.adapters.coap.hostile import DECODERS, PAYLOADS, Decoder, repeated

BOUND_MS = 50.0
REPEATED = 300
TRIES = 3
"""The fastest of so many counts: what else runs on the machine only adds."""


def payloads() -> Iterator[tuple[str, bytes]]:
    """Yield every payload and its name."""
    yield from PAYLOADS.items()
    for payload in islice(repeated(1), REPEATED):
        yield f"{payload[:24]!r} over and over", payload


def spent_ms(decoder: Decoder, payload: bytes) -> float:
    """Return the processor time that decoding takes, in milliseconds."""
    tries = []
    for _ in range(TRIES):
        start = time.process_time()
        with suppress(ThingError):
            decoder(payload)
        tries.append(time.process_time() - start)
    return 1000 * min(tries)


def main() -> None:
    """Measure, print."""
    every = dict(payloads())
    for name, decoder in DECODERS.items():
        worst, payload = max((spent_ms(decoder, payload), title) for title, payload in every.items())
        print(f"{name}: {payload}", file=sys.stderr)
        line = {
            "name": f"decoders/{name}-worst-ms",
            "value": round(worst, 2),
            "unit": "ms of processor time for at most 64 KiB",
            "reference": f"the bound of {BOUND_MS:.0f} ms",
            "ratio": round(worst / BOUND_MS, 3),
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
