"""Who can reach a kernel, and what it leaves where others could look."""
import contextlib
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from kernel_driver import Kernel

pytestmark = pytest.mark.xmemory_only

LISTENS = "0A"  # include/net/tcp_states.h: TCP_LISTEN
ACCEPTS = 0x10000  # include/uapi/linux/net.h: __SO_ACCEPTCON
WORK = [
    "import numpy, pandas, subprocess, threading, asyncio",
    "subprocess.run(['true'])",
    "print('out', flush=True)",
    "%memory",
    "%memory gc",
    "%memory compare 1 vs [1]",
    "%%memory check peak<1MB\n1",
    "1 / 0",
]


def sockets(pid):
    """The inodes of a process's sockets."""
    leads_to = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # one that was closed meanwhile
            leads_to.append(os.readlink(entry))
    return {name[len("socket:[") : -1] for name in leads_to if name.startswith("socket:[")}


def rows(pid, table):
    return [line.split() for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]]


def address(text):
    number, port = text.split(":")
    return ".".join(str(byte) for byte in reversed(bytes.fromhex(number))) if len(number) == 8 else number, int(port, 16)


def listening(pid):
    """Where a process waits for connections or datagrams: (protocol, address, port or name)."""
    own = sockets(pid)
    found = set()
    for table in ("tcp", "tcp6"):
        found |= {(table, *address(row[1])) for row in rows(pid, table) if row[9] in own and row[3] == LISTENS}
    for table in ("udp", "udp6", "raw", "raw6"):
        found |= {(table, *address(row[1])) for row in rows(pid, table) if row[9] in own}
    found |= {("unix", *row[7:]) for row in rows(pid, "unix") if row[6] in own and int(row[3], 16) & ACCEPTS}
    return found


def test_it_listens_where_the_connection_file_says_and_nowhere_else(fresh):
    ports = fresh.manager.get_connection_info()
    expected = {("tcp", "127.0.0.1", ports[f"{name}_port"]) for name in ("shell", "control", "iopub", "stdin", "hb")}
    assert listening(fresh.pid) == expected

    for code in WORK:
        fresh.run(code, timeout=60)

    assert listening(fresh.pid) == expected


def test_the_test_sees_what_listens(fresh):
    before = listening(fresh.pid)
    fresh.ok("import socket\ntcp = socket.create_server(('127.0.0.1', 0)); udp = socket.socket(type=socket.SOCK_DGRAM)\n"
             "udp.bind(('127.0.0.1', 0)); unix = socket.socket(socket.AF_UNIX); unix.bind('\\0xmemory-test'); unix.listen()")

    assert sorted(row[0] for row in listening(fresh.pid) - before) == ["tcp", "udp", "unix"]


def test_what_it_writes_is_for_nobody_else(tmp_path):
    kernel = Kernel(tmp_path)
    own = os.umask(0)
    try:
        kernel.start()
    finally:
        os.umask(own)
    try:
        kernel.ok("secret = 1", store_history=True)
        for code in WORK:
            kernel.run(code, timeout=60)
        (history,) = tmp_path.rglob("history.sqlite")
        (box,) = (tmp_path / "runtime" / "xmemory").iterdir()
        assert b"secret = 1" in history.read_bytes()
        assert [stat.S_IMODE(file.stat().st_mode) for file in (history, box)] == [0o600, 0o600]
        assert stat.S_IMODE(box.parent.stat().st_mode) == 0o700
        written = {path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_mode & 0o077}
        assert {path.name for path in written} <= {"messages.txt", "README"}, "IPython's README, and this test's own file"
    finally:
        kernel.end()


def test_a_history_that_others_could_read_becomes_private(tmp_path):
    kernel = Kernel(tmp_path).start()
    kernel.ok("x = 1")
    kernel.end()
    (history,) = tmp_path.rglob("history.sqlite")
    history.chmod(0o644)

    kernel.start()
    try:
        kernel.ok("x = 2")
        assert stat.S_IMODE(history.stat().st_mode) == 0o600
    finally:
        kernel.end()


def test_no_word_of_the_key_in_what_the_process_shows(fresh):
    """Other users see its command line; its environment and memory only the user."""
    key = fresh.client.session.key

    assert key not in Path(f"/proc/{fresh.pid}/cmdline").read_bytes()
    assert key not in Path(f"/proc/{fresh.pid}/environ").read_bytes()
    assert stat.S_IMODE(os.stat(f"/proc/{fresh.pid}/environ").st_mode) == 0o400


def test_the_program_has_no_page_to_write_code_into_and_none_of_its_jumps_can_be_changed(fresh):
    program = os.readlink(f"/proc/{fresh.pid}/exe")
    headers = subprocess.run(["readelf", "-lWd", program], capture_output=True, text=True, check=True).stdout
    loads = re.findall(r"^ *(?:LOAD|GNU_STACK|GNU_RELRO) .* ([R W]{2}[E ]) 0x", headers, re.MULTILINE)
    assert len(loads) >= 4 and not any("W" in flags and "E" in flags for flags in loads)
    assert "GNU_RELRO" in headers and re.search("BIND_NOW|Flags: NOW", headers)
    mapped = Path(f"/proc/{fresh.pid}/maps").read_text().splitlines()
    assert not [line for line in mapped if line.split()[1].startswith("rwx")]
