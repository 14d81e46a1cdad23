"""A kernel started by a connection file of the test's own, without a KernelManager: for files that no manager would write."""
import contextlib
import json
import os
import socket
import subprocess

from jupyter_client import BlockingKernelClient
from jupyter_client.kernelspec import get_kernel_spec

from kernel_driver import KERNEL_NAME

PORTS = ("shell_port", "control_port", "iopub_port", "stdin_port", "hb_port")
KEY = "e2b5-a-secret"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def connection(**changes):
    """What Jupyter would write, with changes; None leaves a field out."""
    fields = {"transport": "tcp", "ip": "127.0.0.1", "key": KEY, "signature_scheme": "hmac-sha256", "kernel_name": "xmemory"}
    fields.update(zip(PORTS, free_ports(len(PORTS))))
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def written(path, content, mode=0o600):
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    path.chmod(mode)
    return path


def command(path):
    return [word.replace("{connection_file}", str(path)) for word in get_kernel_spec(KERNEL_NAME).argv]


def environment(folder):
    (folder / "runtime").mkdir(exist_ok=True)
    return {**os.environ, "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}


def run_to_its_end(path, folder):
    """For a kernel that does not start: what became of it."""
    return subprocess.run(command(path), env=environment(folder), capture_output=True, text=True, timeout=60)


class Running:
    def __init__(self, process, client, words):
        self.process, self.client, self.words_path = process, client, words

    def value_of(self, expression):
        reply = self.client.execute_interactive(
            "", silent=True, user_expressions={"value": expression}, timeout=30, output_hook=lambda message: None
        )
        return reply["content"]["user_expressions"]["value"]["data"]["text/plain"]

    def words(self):
        return self.words_path.read_text()


@contextlib.contextmanager
def running(path, folder):
    """A kernel that is up, and a client that talks to it as the file says."""
    words = folder / "words"
    with open(words, "w") as file:
        process = subprocess.Popen(command(path), env=environment(folder), cwd=folder, stderr=file, start_new_session=True)
    client = BlockingKernelClient(connection_file=str(path))
    client.load_connection_file()
    client.session.key = json.loads(path.read_bytes()).get("key", "").encode()
    client.start_channels(hb=False)  # which takes a slow start for a death
    try:
        client.wait_for_ready(timeout=40)
        yield Running(process, client, words)
    finally:
        client.stop_channels()
        process.kill()
        process.wait()
