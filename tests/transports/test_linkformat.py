"""The tolerant link-format reader: what devices write wrongly, what they write on purpose, and what they point at."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.transports.linkformat import (
    KEPT_ATTRIBUTES,
    MAX_LINKS,
    MAX_PATH,
    MAX_TEXT,
    Link,
    own_links,
    parse_links,
)
from tests.adapters.coap.replay import nobody

SIZE = MAX_TEXT

HOSTILE = {
    "backslashes": '</a>;x="' + "\\" * SIZE,
    "escaped quotes": '</a>;x="' + '\\"' * SIZE,
    "unclosed": '</a>;x="' + "a" * SIZE,
    "unclosed mixture": '</a>;x="' + "a\\b" * SIZE,
    "flags": "</a>" + ";a" * SIZE,
    "semicolons": "</a>" + ";" * SIZE,
    "opened": "<" * SIZE,
    "closed": ">" * SIZE,
    "empty": "<>" * SIZE,
    "spaces": "</a>" + " " * SIZE,
    "spaced semicolons": "</a>" + " ;" * SIZE,
    "spaces before equals": "</a>;x" + " " * SIZE + "=",
    "spaces after equals": "</a>;x=" + " " * SIZE,
    "open quotes": '</a>;x="' * SIZE,
    "escaped open quotes": '</a>;x="\\' * SIZE,
    "quotes": "</a>;x=" + '"' * SIZE,
    "equals": "</a>;x" + "=" * SIZE,
    "garbage after a link": "</a>" + "x" * SIZE,
    "garbage links": "</a>x" * SIZE,
    "one long name": "</a>;" + "n" * SIZE,
    "nested": "<" * (SIZE // 2) + ">" * (SIZE // 2),
    "links without end": "</a>,<" * SIZE,
    "nulls": "\0" * SIZE,
}

GRAMMAR = st.text(alphabet='<>;,="\\ \t\r\n/ab0', max_size=400)


def attributes_of(text: str) -> dict[str, str]:
    (link,) = parse_links(text)
    return dict(link.attributes)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_read_to_their_end(text: str) -> None:
    """A reader that tried anything twice would need 4 · 10⁹ steps for one of these: the suite's timeout would tell."""
    links = parse_links(text)

    assert len(links) <= MAX_LINKS
    own_links(links, nobody)


def test_links_are_capped() -> None:
    assert len(parse_links(",".join(f"</{i}>" for i in range(MAX_LINKS * 2)))) == MAX_LINKS


def test_text_is_capped() -> None:
    before = "</a>," + " " * (MAX_TEXT - 10)

    assert [link.href for link in parse_links(before + "</b>")] == ["/a", "/b"]
    assert [link.href for link in parse_links(" " * 10 + before + "</b>")] == ["/a"]


@given(st.text(max_size=300) | GRAMMAR)
@settings(deadline=None, max_examples=300)
def test_nothing_raises(text: str) -> None:
    for link in own_links(parse_links(text), nobody):
        assert link.href.startswith("/")
        assert len(link.href.encode()) <= MAX_PATH
        assert "?" not in link.href
        assert set(link.attributes) <= set(KEPT_ATTRIBUTES)


WORDS = st.text(alphabet="abcdefghij-.0", min_size=1, max_size=8)
LINKS = st.lists(
    st.builds(
        lambda segments, attributes: Link(href="/" + "/".join(segments), attributes=attributes),
        st.lists(WORDS, min_size=1, max_size=4),
        st.dictionaries(WORDS, st.text(max_size=20)),
    ),
    max_size=8,
)


@given(LINKS)
@settings(deadline=None)
def test_what_is_well_formed_is_read_whole(links: list[Link]) -> None:
    def written(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    document = ",\n ".join(
        ";".join((f"<{link.href}>", *(f"{name}={written(value)}" for name, value in link.attributes.items())))
        for link in links
    )

    assert parse_links(document) == tuple(links)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("</a>;rt=urn:x:y", {"rt": "urn:x:y"}),
        ("</a>;ct=0 50", {"ct": "0 50"}),
        ('</a>;ct="0 50"', {"ct": "0 50"}),
        ("</a>;obs", {"obs": ""}),
        ("</a>;obs;rt=t", {"obs": "", "rt": "t"}),
        ("</a>;OBS;Title=T", {"obs": "", "title": "T"}),
        ('</a>;title="a \\"b\\" \\\\ c"', {"title": 'a "b" \\ c'}),
        ('</a>;title="a;b,<c>=d"', {"title": "a;b,<c>=d"}),
        ("</a> ;\t rt \r\n=\n  t ", {"rt": "t"}),
        ("</a>;rt=first;rt=second;if=i;if=j", {"rt": "first", "if": "i"}),
        ("</a>;rt=", {"rt": ""}),
        ('</a>;rt=""', {"rt": ""}),
        ("</a>;;;rt=t;", {"rt": "t"}),
        ("</a>;=lost;rt=t", {"rt": "t"}),
        ('</a>;title="x"y;rt=t', {"title": "x", "rt": "t"}),
        ("</a>junk;rt=t", {"rt": "t"}),
        ('</a>;title="never closed;rt=t', {"title": "never closed", "rt": "t"}),
        ("</a>;rt=t\0", {"rt": "t"}),
        ("</a>;anchor=http://example.com/x?y=z", {"anchor": "http://example.com/x?y=z"}),
    ],
)
def test_attributes_as_devices_write_them(text: str, expected: dict[str, str]) -> None:
    assert attributes_of(text) == expected


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("", []),
        ("no link at all", []),
        ("</a>,</b>", ["/a", "/b"]),
        ("</a>,", ["/a"]),
        ("</a>,\n</b>,\t</c>,\r\n </d>", ["/a", "/b", "/c", "/d"]),
        ("</a>\n</b>", ["/a", "/b"]),
        ("< /a >", ["/a"]),
        ("<>", [""]),
        ("</a", []),
        ("/a>,</b>", ["/b"]),
        ("</a<b>", ["b"]),
        ('</a>;title="broken,</b>;rt=t', ["/a", "/b"]),
    ],
)
def test_links_as_devices_write_them(text: str, hrefs: list[str]) -> None:
    assert [link.href for link in parse_links(text)] == hrefs


def test_words_of_an_attribute() -> None:
    (link,) = parse_links('</a>;rt="temperature-c  core.s"')

    assert link.words("rt") == ("temperature-c", "core.s")
    assert link.words("if") == ()


OWN = "192.0.2.4"

FOREIGN = [
    "coap://192.0.2.5/a",
    "coap://evil.example/a",
    "//192.0.2.5/a",
    "http://192.0.2.4/a",
    "http://169.254.169.254/latest/meta-data",
    "coaps://192.0.2.4/a",
    "coap+tcp://192.0.2.4/a",
    "javascript:alert(1)",
    "urn:dev:mac:0024befffe804ff1",
    "coap:/a",
    "coap://",
    "coap://[fe80::1/a",
    "coap://192.0.2.4:99999/a",
    "coap://192.0.2.4:5684/a",
    "coap://192.0.2.4@192.0.2.5/a",
    "coap://192.0.2.4.evil.example/a",
]


def own(text: str, port: int = 5683) -> list[str]:
    return [link.href for link in own_links(parse_links(text), lambda host: host == OWN, port)]


@pytest.mark.parametrize("uri", FOREIGN)
def test_a_link_elsewhere_is_dropped(uri: str) -> None:
    assert own(f"<{uri}>,</kept>") == ["/kept"]


@pytest.mark.parametrize("uri", FOREIGN)
def test_a_link_about_somebody_else_is_dropped(uri: str) -> None:
    assert own(f'</a>;anchor="{uri}",</kept>') == ["/kept"]


@pytest.mark.parametrize("anchor", ["", "/b", "coap://192.0.2.4/b", "coap://192.0.2.4:5683"])
def test_a_link_about_the_device_itself_is_kept(anchor: str) -> None:
    assert own(f'</a>;anchor="{anchor}"') == ["/a"]


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/a", "/a"),
        ("/", "/"),
        ("a/b", "/a/b"),
        ("coap://192.0.2.4/a", "/a"),
        ("COAP://192.0.2.4:5683/a", "/a"),
        ("coap://192.0.2.4", "/"),
        ("//192.0.2.4/a", "/a"),
        ("/a/", "/a/"),
        ("/a?b=c", "/a"),
        ("/a#b", "/a"),
        ("/%61%20b", "/a b"),
        ("/caf%C3%A9", "/café"),
        ("/a%2Fb", "/a%2Fb"),
        ("/100%25", "/100%25"),
        ("/%252e%252e/a", "/%252e%252e/a"),
        ("/a%3Fb%23c", "/a%3Fb%23c"),
        ("/" + "a" * (MAX_PATH - 1), "/" + "a" * (MAX_PATH - 1)),
    ],
)
def test_paths_have_one_spelling(href: str, path: str) -> None:
    assert own(f"<{href}>") == [path]


@pytest.mark.parametrize(
    "href",
    [
        "",
        "?a=b",
        "#a",
        "/.well-known/core",
        "/.well-known",
        "/%2ewell-known/core",
        "/a/../b",
        "/..",
        "/a/.",
        "/%2e%2e/a",
        "/a%00b",
        "/a%0Ab",
        "/a%E2%80%AEb",
        "/%ff",
        "/" + "a" * MAX_PATH,
    ],
)
def test_paths_that_are_no_resource_are_dropped(href: str) -> None:
    assert own(f"<{href}>,</kept>") == ["/kept"]


def test_a_device_on_another_port() -> None:
    text = "<coap://192.0.2.4:61616/a>,<coap://192.0.2.4/b>,</c>"

    assert own(text, port=61616) == ["/a", "/c"]


def test_one_resource_in_two_links_is_merged() -> None:
    (link,) = own_links(parse_links("</a>;rt=first;obs,<coap://192.0.2.4/%61>;rt=second;ct=0"), lambda _: True)

    assert link == Link(href="/a", attributes={"rt": "first", "obs": "", "ct": "0"})


def test_only_what_matters_is_remembered_and_clean() -> None:
    (link,) = own_links(parse_links('</a>;sz=40;title="a\u202e\tb";rt="' + "x" * 999 + '"'), nobody)

    assert link.attributes == {"title": "a b", "rt": "x" * MAX_PATH}
