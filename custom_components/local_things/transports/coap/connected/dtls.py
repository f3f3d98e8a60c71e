"""DTLS 1.2 with a pre-shared key (RFC 6347, RFC 7252 section 9.1.3.1): bytes in, bytes out, no socket and no timer.

OpenSSL does the work, through pyOpenSSL, which Home Assistant brings and which alone has DTLS over memory: the DTLS of
aiocoap needs a compiler where it is installed, and does not recover when the other side reboots. What pyOpenSSL does
not offer, the callback that gives the key, is taken from the bindings below it.
"""

from collections.abc import Iterator
from typing import Final

from OpenSSL import SSL
from OpenSSL._util import ffi, lib

CIPHERS: Final = b"PSK-AES128-CCM8:PSK-AES128-CCM:PSK-AES128-GCM-SHA256:@SECLEVEL=0"
"""First the one that every device has (RFC 7252, 9.1.3.1). Its tag of 8 bytes is below OpenSSL's lowest level."""

_CIPHERTEXT_MTU: Final = 1280
"""What every IPv6 link carries, so that a flight is one datagram, and a block of 1024 bytes too."""

_LARGEST: Final = 1 << 14
"""Most bytes of one record (RFC 6347, 4.1)."""

_LONGEST_HANDSHAKE: Final = 64
"""Most datagrams taken before the session stands: a handshake with a key is ten messages."""

_HELLOS: Final = 3
"""A server says its hello again where it cannot read what we encrypted. Once may be a lost datagram; so often, after 1,
3 and 7 s, and the keys differ: OpenSSL, and so libcoap, sends no alert then (measured)."""

_SERVER_HELLO: Final = 2
_HANDSHAKE: Final = b"\x16\xfe\xfd\0\0"
_MESSAGE_TYPE: Final = 13
"""A record in clear of a handshake, and where the type of its message is (RFC 6347, sections 4.1 and 4.2.2)."""


class SessionRefused(Exception):
    """The other side does not accept the identity, the key, or any of our ciphers."""


class SessionOver(Exception):
    """The other side ended the session, or it cannot go on."""


class DtlsSession:
    """The client's side of one session."""

    def __init__(self, identity: bytes, key: bytes) -> None:
        """Begin a handshake; what is to be sent is in `outgoing`. Raises NotImplementedError where OpenSSL cannot."""
        self.is_established = False
        self.is_key_used = False
        self._taken = self._hellos = 0
        self._context = SSL.Context(SSL.DTLS_CLIENT_METHOD)
        self._context.set_options(SSL.OP_NO_QUERY_MTU)
        self._context.set_cipher_list(CIPHERS)
        self._callback = self._give(identity, key)  # OpenSSL keeps no reference
        self._connection = SSL.Connection(self._context, None)
        self._connection.set_ciphertext_mtu(_CIPHERTEXT_MTU)
        self._connection.set_connect_state()
        self._shake_hands()

    def _give(self, identity: bytes, key: bytes) -> object:
        """Let OpenSSL fetch identity and key; both fit its buffers, or the handshake ends."""

        def give(_ssl: object, _hint: object, name: object, longest_name: int, secret: object, longest: int) -> int:
            if len(identity) >= longest_name or len(key) > longest:
                return 0
            ffi.memmove(name, identity + b"\0", len(identity) + 1)
            ffi.memmove(secret, key, len(key))
            self.is_key_used = True
            return len(key)

        try:
            kind = "unsigned int(SSL *, const char *, char *, unsigned int, unsigned char *, unsigned int)"
            callback: object = ffi.callback(kind, give)
            lib.SSL_CTX_set_psk_client_callback(self._context._context, callback)  # noqa: SLF001 (the module says why)
        except (AttributeError, MemoryError, SystemError) as err:  # built without it; no memory that may be executed
            raise NotImplementedError("OpenSSL gives no pre-shared keys here") from err
        return callback

    def outgoing(self) -> Iterator[bytes]:
        """Yield the datagrams to send now."""
        while True:
            try:
                yield self._connection.bio_read(_LARGEST)
            except SSL.WantReadError:
                return

    def receive(self, datagram: bytes) -> list[bytes]:
        """Take a datagram in and return the messages it held; what is none of this session is passed over.

        Raises SessionRefused during the handshake, SessionOver later.
        """
        self._connection.bio_write(datagram)
        if not self.is_established:
            self._count(datagram)
            self._shake_hands()
        return list(self._messages()) if self.is_established else []

    def send(self, message: bytes) -> None:
        """Encrypt a message; it is in `outgoing` then. Raises SessionOver."""
        try:
            self._connection.send(message)
        except SSL.Error as err:
            raise SessionOver(_reason(err)) from err

    @property
    def timeout(self) -> float | None:
        """In how many seconds `expire` is to be called; None outside a handshake."""
        left: float | None = self._connection.DTLSv1_get_timeout()
        return None if self.is_established else left

    def expire(self) -> None:
        """Send again what the other side has not answered. Raises SessionRefused after the last time."""
        try:
            self._connection.DTLSv1_handle_timeout()
        except SSL.Error as err:
            raise SessionRefused(_reason(err)) from err

    def close(self) -> None:
        """Say goodbye (close_notify); it is in `outgoing` then."""
        try:
            self._connection.shutdown()
        except SSL.Error:
            return  # nobody to say it to

    def _count(self, datagram: bytes) -> None:
        self._taken += 1
        if self._taken > _LONGEST_HANDSHAKE:
            raise SessionRefused("a handshake without end")
        if datagram.startswith(_HANDSHAKE) and datagram[_MESSAGE_TYPE : _MESSAGE_TYPE + 1] == bytes((_SERVER_HELLO,)):
            self._hellos += self.is_key_used
        if self._hellos >= _HELLOS:
            raise SessionRefused("it does not understand what our key encrypts")

    def _shake_hands(self) -> None:
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error as err:
            raise SessionRefused(_reason(err)) from err
        self.is_established = True

    def _messages(self) -> Iterator[bytes]:
        while True:
            try:
                yield self._connection.recv(_LARGEST)
            except SSL.WantReadError:
                return
            except SSL.Error as err:  # close_notify is one too
                raise SessionOver(_reason(err)) from err


def _reason(err: SSL.Error) -> str:
    """Return what OpenSSL says, such as `tlsv1 alert unknown psk identity`: words of its own only."""
    match err.args:
        case ([(_, _, str(reason)), *_],):
            return reason
    return type(err).__name__
