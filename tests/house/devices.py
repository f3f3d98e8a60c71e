"""The devices of the house, as rows. Each `Model` names what a real device of its kind names, in one usual way."""

from dataclasses import replace
import json
from typing import Final

from .codec import Code
from .gremlin import GREMLIN
from .model import (
    IDENTITY,
    JSON,
    LINK_FORMAT,
    OCF_CBOR,
    OMA_TLV,
    SENML_CBOR,
    SENML_JSON,
    TEXT,
    Model,
    Record,
    Resource,
    Signal,
    Values,
)

MULTI_SENSOR: Final = Model(
    name="hall",
    identity="urn:dev:mac:0024befffe804ff1",
    signals=(
        Signal(name="temperature", start=21.4, step=0.1, low=16.0, high=28.0),
        Signal(name="humidity", start=47.0, step=0.5, low=25.0, high=75.0),
        Signal(name="illuminance", start=320.0, step=5.0, low=0.0, high=900.0),
        Signal(name="presence", start=False, step=0.1),
        Signal(name="battery", start=87, step=1, low=60, high=100, every=60),
    ),
    resources=(
        Resource(
            path="/sense",
            records=(
                Record(signal="temperature", name="temperature", unit="Cel"),
                Record(signal="humidity", name="humidity", unit="%RH"),
                Record(signal="illuminance", name="illuminance", unit="lx"),
                Record(signal="presence", name="presence"),
                Record(signal="battery", name="battery", unit="%EL"),
            ),
            rt="senml",
            interface="core.s",
            title="Hall",
            formats=(SENML_CBOR,),
            pack=True,
            observable=True,
        ),
    ),
)


def _sensor(path: str, signal: str, title: str = "", formats: tuple[int, ...] = (TEXT,)) -> Resource:
    """Return an IPSO resource that is read and observed."""
    records = (Record(signal=signal),)
    return Resource(path=path, records=records, interface="core.s", title=title, formats=formats, observable=True)


def _actuator(path: str, signal: str, title: str = "", formats: tuple[int, ...] = (TEXT,)) -> Resource:
    """Return an IPSO resource that is read, observed and written."""
    records = (Record(signal=signal),)
    return Resource(
        path=path,
        records=records,
        interface="core.a",
        title=title,
        formats=formats,
        observable=True,
        writable=True,
    )


def _fixed(path: str, text: str, title: str = "") -> Resource:
    """Return a resource that never changes."""
    return Resource(path=path, text=text, interface="core.rp", title=title)


def _device_object(model: str) -> tuple[Resource, ...]:
    """Return the LwM2M Device object (OMA object 3): manufacturer, model, serial number, firmware version."""
    return (
        _fixed("/3/0/0", "Simulated House"),
        _fixed("/3/0/1", model),
        Resource(path="/3/0/2", records=(Record(signal=IDENTITY),), interface="core.rp"),
        _fixed("/3/0/3", "1.0.0"),
    )


_EITHER: Final = (TEXT, SENML_JSON)

IPSO_TREE: Final = Model(
    name="utility",
    identity="SH-UTILITY-0002",
    signals=(
        Signal(name="temperature", start=18.6, step=0.1, low=12.0, high=24.0),
        Signal(name="humidity", start=58.0, step=0.5, low=30.0, high=85.0),
        Signal(name="illuminance", start=140.0, step=2.0, low=0.0, high=400.0),
        Signal(name="presence", start=False, step=0.05),
        Signal(name="power", start=230.0, step=4.0, low=180.0, high=420.0),
        Signal(name="set_point", start=19.0, low=5.0, high=30.0),
    ),
    resources=(
        *_device_object("IPSO tree"),
        Resource(path="/3/0/4", interface="core.a", title="Reboot", formats=(), runs="reboot"),
        _sensor("/3303/0/5700", "temperature", "Utility room temperature", _EITHER),
        _fixed("/3303/0/5701", "Cel"),
        _sensor("/3304/0/5700", "humidity", "Utility room humidity", _EITHER),
        _fixed("/3304/0/5701", "%RH"),
        _sensor("/3301/0/5700", "illuminance", "Utility room light level", _EITHER),
        _fixed("/3301/0/5701", "lx"),
        _sensor("/3302/0/5500", "presence", "Utility room presence", _EITHER),
        _sensor("/3305/0/5800", "power", "Washing machine power", _EITHER),
        _actuator("/3308/0/5900", "set_point", "Utility room set point", _EITHER),
        _fixed("/3308/0/5701", "Cel"),
    ),
)

TEXT_SENSOR: Final = Model(
    name="legacy",
    signals=(
        Signal(name="temperature", start=21.4, step=0.1, low=15.0, high=26.0),
        Signal(name="message", start="Hello from 2012"),
    ),
    resources=(
        Resource(
            path="/temp",
            records=(Record(signal="temperature"),),
            rt="temperature-c",
            interface="core.s",
            observable=True,
        ),
        Resource(path="/motd", records=(Record(signal="message"),)),
    ),
)
"""The one that says nothing of who it is."""

LAMP: Final = Model(
    name="lamp",
    identity="SH-LAMP-0004",
    signals=(Signal(name="on", start=False), Signal(name="level", start=80, low=0, high=100)),
    resources=(
        *_device_object("Dimmable lamp"),
        _actuator("/3311/0/5850", "on", "Floor lamp"),
        _actuator("/3311/0/5851", "level", "Floor lamp brightness"),
        _fixed("/3311/0/5750", "Floor lamp"),
    ),
)


def _plug_physics(values: Values, seconds: float) -> None:
    power = values["load"] if values["on"] else 0.0
    values["power"] = power
    values["energy"] = round(float(values["energy"]) + float(power) * seconds / 3600, 3)


_PLUG_USAGE: Final = json.dumps(
    {
        "ietf-mud:mud": {
            "mud-version": 1,
            "mud-url": "https://plug.example/relay-plug.json",
            "last-update": "2026-11-21T12:00:00+00:00",
            "is-supported": True,
            "systeminfo": "Relay plug",
            "from-device-policy": {"access-lists": {"access-list": [{"name": "from"}]}},
            "to-device-policy": {"access-lists": {"access-list": [{"name": "to"}]}},
        },
        "ietf-access-control-list:acls": {
            "acl": [
                {
                    "name": "from",
                    "type": "ipv4-acl-type",
                    "aces": {
                        "ace": [
                            {
                                "name": "cloud",
                                "matches": {"ipv4": {"ietf-acldns:dst-dnsname": "meters.plug.example"}},
                                "actions": {"forwarding": "accept"},
                            }
                        ]
                    },
                },
                {
                    "name": "to",
                    "type": "ipv4-acl-type",
                    "aces": {
                        "ace": [
                            {
                                "name": "coap",
                                "matches": {"ietf-mud:mud": {"local-networks": [None]}, "udp": {}},
                                "actions": {"forwarding": "accept"},
                            }
                        ]
                    },
                },
            ]
        },
    }
)
"""What the plug's maker says that it wants of the network (RFC 8520): its cloud, and whoever asks it in the house."""

_PLUG_BINDINGS: Final = '<coap://192.0.2.66/garage/opener>;rel="boundto";anchor="/3312/0/5850";bind="push"'
"""Whom somebody bound the plug to: when it is switched, it tells a stranger."""

PLUG: Final = Model(
    name="plug",
    identity="SH-PLUG-0005",
    signals=(
        Signal(name="on", start=True),
        Signal(name="load", start=42.0, step=0.5, low=36.0, high=48.0),
        Signal(name="power", start=42.0),
        Signal(name="energy", start=12345.0),
    ),
    resources=(
        *_device_object("Relay plug"),
        _actuator("/3312/0/5850", "on", "Coffee machine"),
        _sensor("/3305/0/5800", "power", "Coffee machine power"),
        _sensor("/3331/0/5805", "energy", "Coffee machine energy"),
        Resource(path="/mud", text=_PLUG_USAGE, rt="mud-file", formats=(JSON,)),
        Resource(path="/bnd", text=_PLUG_BINDINGS, rt="core.bnd", formats=(LINK_FORMAT,), writable=True),
    ),
    derive=_plug_physics,
)

LEAK_DETECTOR: Final = Model(
    name="leak",
    identity="SH-LEAK-0006",
    signals=(Signal(name="leak", start=False), Signal(name="battery", start=94, low=0, high=100)),
    resources=(
        *_device_object("Leak detector"),
        Resource(
            path="/leak",
            records=(Record(signal="leak"),),
            rt="leak",
            interface="core.s",
            title="Bathroom leak",
            observable=True,
            confirmable=True,
        ),
        _sensor("/3/0/9", "battery", "Leak detector battery"),
    ),
)

BUTTON: Final = Model(
    name="button",
    identity="SH-BUTTON-0007",
    signals=(Signal(name="presses", start=0, low=0),),
    resources=(
        *_device_object("Button"),
        Resource(
            path="/3347/0/5501",
            records=(Record(signal="presses"),),
            interface="core.s",
            title="Door bell",
            observable=True,
            confirmable=True,
        ),
    ),
)

SLEEPY_SENSOR: Final = Model(
    name="garden",
    identity="SH-SLEEPY-0008",
    signals=(Signal(name="temperature", start=9.5, step=0.1, low=-5.0, high=25.0),),
    resources=(
        *_device_object("Sleepy sensor"),
        _sensor("/3303/0/5700", "temperature", "Garden temperature"),
        _fixed("/3303/0/5701", "Cel"),
    ),
    max_age=40,
    awake=2.0,
    period=20.0,
)


def many_sensors(count: int = 300) -> Model:
    """Return a device whose `.well-known/core` takes many blocks; its sensors move in turn, one in thirty a tick."""
    return Model(
        name="many",
        identity="SH-MANY-0009",
        signals=tuple(
            Signal(name=f"temperature{i}", start=20.0, step=0.1, low=10.0, high=30.0, every=30, phase=i % 30)
            for i in range(count)
        ),
        resources=(
            *_device_object("Many sensors"),
            *(_sensor(f"/3303/{i}/5700", f"temperature{i}", f"Room {i} temperature") for i in range(count)),
        ),
    )


def _ocf(path: str, rt: str, key: str, signal: str, members: dict[str, object] | None = None) -> Resource:
    """Return an OCF actuator: a map in CBOR, set by POST, and listed in /oic/res only."""
    return Resource(
        path=path,
        records=(Record(signal=signal, name=key),),
        members=members or {},
        rt=rt,
        interface="oic.if.a oic.if.baseline",
        formats=(OCF_CBOR,),
        observable=True,
        writable=True,
        method=Code.POST,
        listed=False,
    )


def _ocf_machinery(kind: str, name: str, identity: str, resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """Return /oic/res, /oic/d and /oic/p (OCF Core Specification, 10 and 11) of a device with these resources."""
    own = {"/oic/d": f"oic.wk.d {kind}", "/oic/p": "oic.wk.p"}
    anchor = f"ocf://{identity}"
    links = [{"anchor": anchor, "href": path, "rt": rt.split(), "p": {"bm": 1}} for path, rt in own.items()]
    links += [
        {"anchor": anchor, "href": one.path, "rt": one.rt.split(), "if": one.interface.split(), "p": {"bm": 3}}
        for one in resources
    ]
    device = {"n": name, "di": identity, "piid": identity, "icv": "ocf.2.2.5"}
    platform = {"pi": identity, "mnmn": "Simulated House", "mnmo": "OCF light", "mnfv": "1.0.0"}
    return (
        Resource(path="/oic/res", document=links, rt="oic.wk.res", interface="oic.if.ll", formats=(OCF_CBOR,)),
        Resource(path="/oic/d", document=device, formats=(OCF_CBOR,), listed=False),
        Resource(path="/oic/p", document=platform, formats=(OCF_CBOR,), listed=False),
        *resources,
    )


_OCF_IDENTITY: Final = "7d3c1f52-5b0e-4d57-9a64-0c8e3f1b2a90"

OCF_LAMP: Final = Model(
    name="reading",
    identity=_OCF_IDENTITY,
    signals=(
        Signal(name="on", start=False),
        Signal(name="level", start=60, low=0, high=100),
        Signal(name="mired", start=250, low=153, high=500),
    ),
    resources=_ocf_machinery(
        "oic.d.light",
        "Reading lamp",
        _OCF_IDENTITY,
        (
            _ocf("/switch", "oic.r.switch.binary", "value", "on"),
            _ocf("/dimming", "oic.r.light.dimming", "dimmingSetting", "level", {"range": [0, 100]}),
            _ocf("/white", "oic.r.colour.colourtemperature", "ct", "mired", {"range": [153, 500]}),
        ),
    ),
)
"""As IoTivity-lite has it: maps in CBOR, and all but a list of itself hidden from link-format."""

BLIND: Final = Model(
    name="blind",
    identity="SH-BLIND-0012",
    signals=(
        Signal(name="position", start=100, low=0, high=100),
        Signal(name="tilt", start=50, low=0, high=100),
    ),
    resources=(
        *_device_object("Blind"),
        *(
            Resource(
                path=f"/blind/{name}",
                records=(Record(signal=name),),
                rt=rt,
                interface="core.a",
                observable=True,
                writable=True,
            )
            for name, rt in (("position", "blind"), ("tilt", "blind-tilt"))
        ),
        Resource(path="/blind/stop", rt="blind-stop", interface="core.a", formats=(), runs="stop"),
    ),
)

TLV_DEVICE: Final = Model(
    name="cellar",
    identity="SH-TLV-0013",
    signals=(
        Signal(name="temperature", start=12.5, step=0.1, low=8.0, high=18.0),
        Signal(name="on", start=False),
        Signal(name="message", start="Dry"),
    ),
    resources=(
        *(replace(one, formats=(OMA_TLV,)) for one in _device_object("Cellar pump")),
        _sensor("/3303/0/5700", "temperature", "Cellar temperature", (OMA_TLV,)),
        _actuator("/3312/0/5850", "on", "Cellar pump", (OMA_TLV,)),
        _actuator("/3341/0/5527", "message", "Cellar display", (OMA_TLV,)),
    ),
)
"""An LwM2M client that speaks OMA-TLV only."""

TANK: Final = Model(
    name="tank",
    identity="SH-TANK-0014",
    signals=(Signal(name="level", start=57.3, step=0.1, low=0.0, high=120.0),),
    resources=(
        *_device_object("Water tank"),
        Resource(path="/x/tank", records=(Record(signal="level"),), observable=True),
    ),
)
"""The one that says a number and not what it is: centimetres of rain water."""

HOUSE: Final = (
    MULTI_SENSOR,
    IPSO_TREE,
    TEXT_SENSOR,
    LAMP,
    PLUG,
    LEAK_DETECTOR,
    BUTTON,
    SLEEPY_SENSOR,
    many_sensors(),
    GREMLIN,
    OCF_LAMP,
    BLIND,
    TLV_DEVICE,
    TANK,
)
"""The devices at 127.0.0.11, 127.0.0.12, …"""
