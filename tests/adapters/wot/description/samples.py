"""Thing Descriptions in the shapes in which servers write them: written by us, none copied."""

from collections.abc import Mapping
from typing import Final, cast

from custom_components.local_things.things.documents import Json, JsonObject

NODE_WOT_URL: Final = "http://[fe80::5c1f%eth0]:8088/poe-sensor-07"

_ADDRESSES: Final = ("[::1]", "127.0.0.1", "192.168.7.20", "[fd00::2]")


def _node_wot_forms(path: str, *operations: str, observe: str = "") -> list[Json]:
    """Return what node-wot makes of one affordance: a form for each of its addresses, formats and protocols."""
    http: list[Json] = [
        {"href": f"http://{host}:8088/poe-sensor-07/{path}", "contentType": kind, "op": [*operations]}
        for host in _ADDRESSES
        for kind in ("application/json", "application/cbor")
    ]
    longpoll: list[Json] = [
        {
            "href": f"http://{host}:8088/poe-sensor-07/{path}/observable",
            "contentType": "application/json",
            "op": [observe, f"un{observe}"],
            "subprotocol": "longpoll",
        }
        for host in _ADDRESSES
        if observe
    ]
    # CoAP's server doubles the brackets of IPv6 literals.
    coap: list[Json] = [
        {
            "href": f"coap://[[fd00::2]]:5688/poe-sensor-07/{path}",
            "contentType": kind,
            "op": [*operations, *([observe] if observe else [])],
        }
        for kind in ("application/json", "application/cbor")
    ]
    return [*http, *longpoll, *coap]


NODE_WOT: Final[JsonObject] = {
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", {"@language": "en"}],
    "@type": ["Thing", "saref:TemperatureSensor"],
    "id": "urn:dev:mac:025654500007",
    "title": "poe-sensor-07",
    "description": "Temperature sensor and lamp on a cable",
    "securityDefinitions": {"nosec": {"scheme": "nosec"}},
    "security": ["nosec"],
    "properties": {
        "temperature": {
            "type": "number",
            "unit": "om:degreeCelsius",
            "minimum": -40,
            "maximum": 85,
            "readOnly": True,
            "observable": True,
            "@type": "saref:Temperature",
            "forms": _node_wot_forms("properties/temperature", "readproperty", observe="observeproperty"),
        },
        "brightness": {
            "type": "integer",
            "unit": "percent",
            "minimum": 0,
            "maximum": 100,
            "observable": True,
            "forms": _node_wot_forms(
                "properties/brightness", "readproperty", "writeproperty", observe="observeproperty"
            ),
        },
        "label": {
            "type": "string",
            "maxLength": 32,
            "forms": _node_wot_forms("properties/label", "readproperty", "writeproperty"),
        },
        "power": {
            "type": "object",
            "readOnly": True,
            "properties": {
                "watts": {"type": "number", "unit": "W"},
                "class": {"type": "integer", "enum": [0, 1, 2, 3, 4]},
            },
            "forms": _node_wot_forms("properties/power", "readproperty"),
        },
    },
    "actions": {
        "blink": {
            "input": {"type": "object", "properties": {"times": {"type": "integer"}}, "required": ["times"]},
            "output": {"type": "string"},
            "safe": False,
            "forms": _node_wot_forms("actions/blink", "invokeaction"),
        },
        "reboot": {"forms": _node_wot_forms("actions/reboot", "invokeaction")},
    },
    "events": {
        "overheated": {
            "data": {"type": "number", "unit": "om:degreeCelsius"},
            "forms": _node_wot_forms("events/overheated", observe="subscribeevent"),
        }
    },
    "links": [{"href": "https://example.org/manual"}],
    "forms": [
        {
            "href": "http://[::1]:8088/poe-sensor-07/properties",
            "contentType": "application/json",
            "op": ["readallproperties", "readmultipleproperties", "writeallproperties", "writemultipleproperties"],
        }
    ],
}
"""As node-wot 0.9.2 serves it, with the defects that were seen (findings of the design)."""

LIBRARY_URL: Final = "http://192.168.7.31/"

LIBRARY: Final[JsonObject] = {
    "id": "urn:dev:ops:my-lamp-1234",
    "title": "My Lamp",
    "@context": "https://webthings.io/schemas",
    "@type": ["OnOffSwitch", "Light"],
    "properties": {
        "on": {
            "@type": "OnOffProperty",
            "title": "On/Off",
            "type": "boolean",
            "links": [{"rel": "property", "href": "/properties/on"}],
        },
        "brightness": {
            "@type": "BrightnessProperty",
            "title": "Brightness",
            "type": "integer",
            "minimum": 0,
            "maximum": 100,
            "unit": "percent",
            "links": [{"rel": "property", "href": "/properties/brightness"}],
        },
        "color": {"@type": "ColorProperty", "label": "Color", "type": "string", "href": "/properties/color"},
        "lifetime": {"type": "integer", "unit": "hours", "readOnly": True, "href": "/properties/lifetime"},
    },
    "actions": {
        "fade": {
            "@type": "FadeAction",
            "title": "Fade",
            "input": {
                "type": "object",
                "required": ["brightness", "duration"],
                "properties": {"brightness": {"type": "integer"}, "duration": {"type": "integer"}},
            },
            "links": [{"rel": "action", "href": "/actions/fade"}],
        },
        "toggle": {},
    },
    "events": {
        "overheated": {
            "type": "number",
            "unit": "degree celsius",
            "links": [{"rel": "event", "href": "/events/overheated"}],
        }
    },
    "links": [
        {"rel": "properties", "href": "/properties"},
        {"rel": "actions", "href": "/actions"},
        {"rel": "events", "href": "/events"},
        {"rel": "alternate", "href": "ws://192.168.7.31/"},
        {"rel": "alternate", "mediaType": "text/html", "href": "/"},
    ],
}
"""As the webthing libraries serve it, the one for ESP32 among them."""

GATEWAY_URL: Final = "https://gateway.local/things/thermostat-1"

GATEWAY: Final[JsonObject] = {
    "@context": ["https://www.w3.org/2022/wot/td/v1.1", "https://webthings.io/schemas"],
    "@type": ["Thermostat"],
    "id": "https://gateway.local/things/thermostat-1",
    "base": "https://gateway.local/",
    "title": "Thermostat",
    "securityDefinitions": {
        "oauth2_sc": {"scheme": "oauth2", "flow": "code", "authorization": "https://gateway.local/oauth/authorize"},
        "bearer_sc": {"scheme": "bearer"},
        "either": {"scheme": "combo", "oneOf": ["oauth2_sc", "bearer_sc"]},
    },
    "security": "either",
    "properties": {
        "temperature": {
            "@type": "TemperatureProperty",
            "title": "Temperature",
            "type": "number",
            "unit": "degree celsius",
            "readOnly": True,
            "forms": [{"href": "/things/thermostat-1/properties/temperature"}],
        },
        "target": {
            "@type": "TargetTemperatureProperty",
            "title": "Target",
            "type": "number",
            "unit": "degree celsius",
            "minimum": 5,
            "maximum": 30,
            "multipleOf": 0.5,
            "forms": [{"href": "/things/thermostat-1/properties/target"}],
        },
        "mode": {
            "@type": "ThermostatModeProperty",
            "title": "Mode",
            "type": "string",
            "enum": ["off", "heat", "cool", "auto"],
            "forms": [{"href": "/things/thermostat-1/properties/mode"}],
        },
    },
    "actions": {},
    "events": {
        "pressed": {
            "@type": "PressedEvent",
            "forms": [
                {
                    "href": "/things/thermostat-1/events/pressed",
                    "op": ["subscribeevent", "unsubscribeevent"],
                    "contentType": "text/event-stream",
                    "subprotocol": "sse",
                }
            ],
        },
        "alarm": {"forms": [{"href": "wss://gateway.local/things/thermostat-1", "subprotocol": "webthingprotocol"}]},
    },
    "forms": [
        {"href": "/things/thermostat-1/properties", "op": "readallproperties"},
        {"href": "/things/thermostat-1/properties", "op": "observeallproperties", "subprotocol": "sse"},
    ],
}
"""In the shape of a WebThings Gateway, which speaks W3C's words."""

OLD_W3C_URL: Final = "coap://192.168.7.44/td"

OLD_W3C: Final[JsonObject] = {
    "@context": "https://www.w3.org/2019/wot/td/v1",
    "id": "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11",
    "title": "Klima",
    "titles": {"de": "Klima", "en": "Climate", "sl": "Podnebje"},
    "securityDefinitions": {"psk_sc": {"scheme": "psk"}},
    "security": ["psk_sc"],
    "base": "coaps://192.168.7.44:5684/klima/",
    "properties": {
        "co2": {
            "titles": {"de": "Kohlendioxid", "en": "Carbon dioxide"},
            "type": "integer",
            "unit": "ppm",
            "readOnly": True,
            "observable": True,
            "forms": [{"href": "co2", "op": ["readproperty", "observeproperty"], "cov:methodName": "GET"}],
        },
        "window": {
            "oneOf": [{"const": 0, "title": "closed"}, {"const": 1, "title": "tilted"}, {"const": 2, "title": "open"}],
            "readOnly": True,
            "forms": [{"href": "window", "contentType": "application/cbor"}],
        },
        "acceleration": {
            "type": "array",
            "items": {"type": "number", "unit": "m/s2"},
            "minItems": 3,
            "maxItems": 3,
            "readOnly": True,
            "forms": [{"href": "acc"}],
        },
        "history": {"type": "array", "items": {"type": "number"}, "forms": [{"href": "history"}]},
        "nothing": {"type": "null", "forms": [{"href": "nothing"}]},
        "either": {"oneOf": [{"type": "string"}, {"type": "number"}], "forms": [{"href": "either"}]},
    },
    "actions": {"identify": {"forms": [{"href": "identify", "cov:methodName": "POST"}]}},
    "events": {
        "button": {
            "data": {"type": "string", "enum": ["single", "double"]},
            "forms": [{"href": "button", "op": "subscribeevent", "subprotocol": "cov:observe"}],
        }
    },
}
"""A description of TD 1.0, over CoAP with a key, in three languages."""

PLUG_URL: Final = "http://shelly-like.local/td"

PLUG: Final[JsonObject] = {
    "title": "Plug A8032ABCDE01",
    "@type": "SmartPlug",
    "serialNumber": "SN-00412",
    "manufacturer": {"name": "Maker"},
    "version": {"instance": "1.2.0", "model": "3.0.1"},
    "model": "plug-s",
    "softwareVersion": "1.14.0",
    "securityDefinitions": {"digest_sc": {"scheme": "digest", "in": "header"}},
    "security": "digest_sc",
    "properties": {
        "switch:0": {
            "type": "object",
            "properties": {
                "output": {"type": "boolean", "title": "Relay"},
                "apower": {"type": "number", "unit": "watts", "readOnly": True, "title": "Power"},
                "voltage": {"type": "number", "unit": "V", "readOnly": True},
                "current": {"type": "number", "unit": "Ampere", "readOnly": True},
                "temperature": {
                    "type": "object",
                    "readOnly": True,
                    "properties": {"tC": {"type": "number", "unit": "Celsius"}, "tF": {"type": "number", "unit": "F"}},
                },
            },
            "forms": [{"href": "/rpc/Switch.GetStatus?id=0", "op": ["readproperty", "writeproperty"]}],
        },
        "total": {"type": "number", "unit": "kW.h", "readOnly": True, "forms": [{"href": "/rpc/total{?since}"}]},
    },
    "actions": {
        "Reboot": {"forms": [{"href": "/rpc/Shelly.Reboot", "htv:methodName": "GET"}]},
        "cycle": {"title": "Off and on", "forms": [{"href": "/rpc/Switch.Toggle/{id}"}]},
    },
}
"""A plug with an object for each of its channels, as remote procedure calls have it."""

EVERY: Final = {
    "node-wot": (NODE_WOT_URL, NODE_WOT),
    "library": (LIBRARY_URL, LIBRARY),
    "gateway": (GATEWAY_URL, GATEWAY),
    "old-w3c": (OLD_W3C_URL, OLD_W3C),
    "plug": (PLUG_URL, PLUG),
}


def obj(said: object) -> JsonObject:
    """Return what is JSON, as such: type checkers cannot see that a list of texts is a list of JSON."""
    return cast("JsonObject", said)


def td(properties: Mapping[str, object] | None = None, **more: object) -> JsonObject:
    """Return a small description, of one property unless others are given."""
    one = {"it": {"type": "number", "forms": [{"href": "it"}]}}
    return obj({"properties": properties or one, **more})


def value(**said: object) -> JsonObject:
    """Return a property's data schema with a form."""
    return obj({"forms": [{"href": "it"}], **said})
