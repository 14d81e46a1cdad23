"""Connection files that Jupyter would not write: one sentence on stderr that says what is wrong, and status 1; never a crash, never
the key. And the ways that a kernel can be reached."""
import os
import socket
import stat

import pytest

from started_by_file import KEY, PORTS, connection, run_to_its_end, running, written

pytestmark = pytest.mark.xmemory_only

BROKEN = {
    "empty": (b"", "is empty"),
    "no JSON": (b'{"key": "' + KEY.encode() + b'", "ip": ', "holds no JSON object"),
    "bytes": (bytes(range(256)) * 10, "holds no JSON object"),
    "deep": (b"[" * 900_000, "holds no JSON object"),
    "huge": (b" " * 3_000_000 + b"{}", "holds no JSON object"),
    "a list": (b"[1, 2]", "holds no JSON object"),
    "null": (b"null", "holds no JSON object"),
    "nothing in it": (b"{}", 'has no "transport"'),
    "no transport": (connection(transport=None), 'has no "transport"'),
    "transport a number": (connection(transport=7), '"transport" that is no text'),
    "transport unknown": (connection(transport="pgm"), "neither tcp nor ipc"),
    "no address": (connection(ip=None), 'has no "ip"'),
    "address empty": (connection(ip=""), '"ip" that is no address'),
    "address with a null byte": (connection(ip="127.0.0.1\0x"), '"ip" that is no address'),
    "address of another machine": (connection(ip="192.0.2.1"), "cannot listen at 192.0.2.1"),
    "address that is none": (connection(ip="no address at all"), "cannot listen at no address at all"),
    "key a number": (connection(key=7), '"key" that is no text'),
    "key a list": (connection(key=[KEY]), '"key" that is no text'),
    "scheme unknown": (connection(signature_scheme="hmac-rot13"), '"signature_scheme" that is not known'),
    "scheme a list": (connection(signature_scheme=[]), '"signature_scheme" that is no text'),
    "one port twice": (connection(shell_port=5_001, hb_port=5_001), "names one port twice"),
    **{f"no {name}": (connection(**{name: None}), f'has no "{name}"') for name in PORTS},
    **{
        f"{name} {value!r}": (connection(**{name: value}), f'"{name}" that is no number from 1 to 65535')
        for name, value in zip(PORTS, ("5001", -1, 0, 65_536, 1.5))
    },
    "port huge": (connection(shell_port=2**80), '"shell_port" that is no number from 1 to 65535'),
    "port true": (connection(shell_port=True), '"shell_port" that is no number from 1 to 65535'),
}


def assert_refused(done, words):
    assert done.returncode == 1, done
    (line,) = done.stderr.splitlines()
    assert line.startswith("xmemory: the ") and words in line and line.endswith(".")
    assert "from Jupyter" in line, "the way out"
    assert KEY not in done.stderr and done.stdout == ""


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path, what):
    content, words = BROKEN[what]

    done = run_to_its_end(written(tmp_path / "connection.json", content), tmp_path)

    assert_refused(done, words)


def test_no_file(tmp_path):
    assert_refused(run_to_its_end(tmp_path / "none.json", tmp_path), "cannot be read: No such file or directory")


def test_a_folder(tmp_path):
    assert_refused(run_to_its_end(tmp_path, tmp_path), "is no file")


def test_a_pipe_that_nobody_writes_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    assert_refused(run_to_its_end(tmp_path / "pipe", tmp_path), "is no file")


def test_a_link_to_itself(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    assert_refused(run_to_its_end(tmp_path / "loop", tmp_path), "cannot be read: Too many levels of symbolic links")


@pytest.mark.parametrize("name", PORTS)
def test_a_port_that_another_process_has(tmp_path, name):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        fields = connection(**{name: taken.getsockname()[1]})

        done = run_to_its_end(written(tmp_path / "connection.json", fields), tmp_path)

    assert_refused(done, f"cannot listen at 127.0.0.1, ports {fields['shell_port']}, {fields['control_port']}")
    assert "Address already in use" in done.stderr


def test_without_a_key_it_says_that_anybody_may_run_code(tmp_path):
    for key in ("", None):
        with running(written(tmp_path / "connection.json", connection(key=key)), tmp_path) as kernel:
            assert kernel.value_of("6 * 7") == "42"
            assert "everybody who reaches this kernel's ports can run code in it" in kernel.words()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_said(tmp_path, mode):
    path = written(tmp_path / "connection.json", connection(), mode)
    with running(path, tmp_path) as kernel:
        assert kernel.words() == (
            f"xmemory: others than you may read the connection file, and with its key run code in this kernel: chmod 600 {path}\n"
        )
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_through_a_link_and_with_another_scheme(tmp_path):
    written(tmp_path / "real.json", connection(signature_scheme="hmac-sha512"))
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    with running(tmp_path / "link.json", tmp_path) as kernel:
        assert kernel.value_of("6 * 7") == "42"
        assert kernel.words() == ""


def test_by_sockets_that_are_files_for_nobody_else(tmp_path):
    address = str(tmp_path / "socket")
    fields = connection(transport="ipc", ip=address, **dict(zip(PORTS, range(1, 6))))
    os.umask(0)
    try:
        with running(written(tmp_path / "connection.json", fields), tmp_path) as kernel:
            assert kernel.value_of("6 * 7") == "42"
            assert kernel.value_of("__import__('os').umask(0)") == "0", "the learner's files keep the modes they had"
            modes = [stat.S_IMODE(os.stat(f"{address}-{number}").st_mode) for number in range(1, 6)]
            assert all(mode & 0o077 == 0 for mode in modes), modes
    finally:
        os.umask(0o022)


def test_one_key_does_not_open_another_kernel(tmp_path):
    fields = connection()
    with running(written(tmp_path / "connection.json", fields), tmp_path) as kernel:
        kernel.client.session.key = b"a guess"
        kernel.client.execute("hacked = 1")
        kernel.client.session.key = KEY.encode()
        assert kernel.value_of("'hacked' in globals()") == "False"
        assert "its signature is not by this kernel's key" in kernel.words()
