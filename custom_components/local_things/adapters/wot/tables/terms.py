"""The terms of a Thing Description that are understood; anything else is not even remembered."""

from typing import Final

NAMED: Final = frozenset({"properties", "actions", "events", "securityDefinitions", "titles"})
"""Terms whose value has names of the device's own, rather than terms, as its members."""

TERMS: Final = NAMED | frozenset(
    {
        # A Thing (W3C TD 1.1, 5.3.1.1), and what some add about the device (schema.org, WebThings).
        *(
            "@context",
            "@type",
            "id",
            "title",
            "name",
            "label",
            "base",
            "security",
            "forms",
            "links",
            "version",
            "model",
        ),
        *("instance", "manufacturer", "serialNumber", "softwareVersion", "firmwareVersion"),
        *("schema:manufacturer", "schema:model", "schema:serialNumber", "schema:softwareVersion"),
        # Data schemas (5.3.2).
        *(
            "type",
            "unit",
            "minimum",
            "maximum",
            "min",
            "max",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "maxLength",
        ),
        *("enum", "const", "oneOf", "allOf", "items", "minItems", "maxItems", "required", "format"),
        *("readOnly", "writeOnly", "observable", "input", "data"),
        # Forms (5.3.4.2), links of WebThings, and the binding templates.
        *("href", "rel", "mediaType", "op", "contentType", "subprotocol"),
        *("htv:methodName", "http:methodName", "cov:method", "cov:methodName", "cov:accept"),
        *("mqv:topic", "mqv:filter", "mqv:retain", "mqv:controlPacket"),
        # Security (5.3.3).
        *("scheme", "in"),
    }
)
"""Every term that is understood."""
