"""Between snmpd's pass_persist and the switch: lines from stdin to a Unix socket, and its answers back.

The agent starts one of these per subtree, so the switch itself, which is one, lives elsewhere. It knows nothing but how
many lines a request and its answer have, and imports next to nothing, so that it starts at once.

Usage: python -S -E shim.py SOCKET
"""

import socket
import sys

LINES = {"PING\n": 0, "get\n": 1, "getnext\n": 1, "set\n": 2}
"""How many lines follow each request."""

with socket.socket(socket.AF_UNIX) as switch:
    switch.connect(sys.argv[1])
    with switch.makefile("rw", encoding="utf-8", newline="\n") as lines:
        for verb in iter(sys.stdin.readline, ""):
            if verb not in LINES:  # snmpd sends an empty line after a SET
                continue
            lines.write(verb + "".join(sys.stdin.readline() for _ in range(LINES[verb])))
            lines.flush()
            answer = lines.readline()
            if answer.startswith("."):  # an OID: its syntax and its value follow
                answer += lines.readline() + lines.readline()
            sys.stdout.write(answer)
            sys.stdout.flush()
