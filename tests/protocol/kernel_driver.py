"""One Jupyter kernel under test: started, spoken to and ended with jupyter_client.

Every message that the kernel sends is kept under the request that it answers, so a test may wait for what it needs in
any order. Nothing here waits for time to pass: it waits for a message, and fails when the kernel dies or time is up.
"""
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict

import zmq
from jupyter_client import KernelManager

from record_rules import check_record

KERNEL_NAME = os.environ.get("XMEMORY_TEST_KERNEL", "xmemory")
IS_XMEMORY = KERNEL_NAME == "xmemory"
REPORT_MIME = "application/vnd.xmemory.report+json"


def is_footer(message):
    """Whether a message is the footer under a cell: the tutor's, not the learner's."""
    report = message["content"].get("data", {}).get(REPORT_MIME)
    return message["msg_type"] == "display_data" and bool(report) and report.get("kind") == "footer"


class Result:
    """What one execute_request brought: its reply, and what was published for it, footers kept apart."""

    def __init__(self, reply, published):
        self.reply = reply
        self.content = reply["content"]
        self.status = self.content["status"]
        self.record = reply["metadata"].get("xmemory")
        self.footers = [m for m in published if is_footer(m)]
        self.messages = [m for m in published if m["msg_type"] != "status" and not is_footer(m)]

    def of_type(self, *msg_types):
        return [m["content"] for m in self.messages if m["msg_type"] in msg_types]

    def stream(self, name):
        return [c["text"] for c in self.of_type("stream") if c["name"] == name]

    @property
    def stdout(self):
        return "".join(self.stream("stdout"))

    @property
    def stderr(self):
        return "".join(self.stream("stderr"))

    @property
    def displays(self):
        return [c["data"] for c in self.of_type("display_data")]

    @property
    def value(self):
        """The bundle of the execute_result, or None."""
        bundles = [c["data"] for c in self.of_type("execute_result")]
        assert len(bundles) <= 1
        return bundles[0] if bundles else None

    @property
    def error(self):
        """The content of the error message, or None."""
        errors = self.of_type("error")
        assert len(errors) <= 1
        return errors[0] if errors else None


class Kernel:
    """A running kernel. `home` is a folder for its IPython profile and its connection file."""

    started = []  # those that have not been ended

    def __init__(self, home, cwd=None, env=None):
        (home / "runtime").mkdir(exist_ok=True)
        own = {"IPYTHONDIR": str(home / "ipython"), "JUPYTER_RUNTIME_DIR": str(home / "runtime")}
        self.env = {**os.environ, **own, **(env or {})}
        self.home = home
        self.env.pop("PYTEST_CURRENT_TEST", None)  # ipykernel leaves file descriptors alone when it sees this
        self.cwd = str(cwd or home)
        self.connection_file = str(home / "connection.json")
        self.messages_path = home / "messages.txt"
        self.manager = self.client = None

    def start(self, **popen):
        """Start it; `popen` goes to subprocess.Popen.

        Once more where another process took one of its ports first: they are free only when they are chosen.
        """
        try:
            self.start_once(**popen)
        except RuntimeError:
            if "Address already in use" not in self.messages():
                raise
            self.start_once(**popen)
        return self

    def start_once(self, **popen):
        self.manager = KernelManager(kernel_name=KERNEL_NAME, connection_file=self.connection_file)
        self.messages_file = open(self.messages_path, "w")  # left open: a restart takes it again
        self.manager.start_kernel(cwd=self.cwd, env=self.env, stderr=self.messages_file, **popen)
        Kernel.started.append(self)
        try:
            self.connect()
        except BaseException:
            self.end()
            raise

    def messages(self):
        """What the program itself wrote to its standard error, not the cells."""
        return self.messages_path.read_text() if self.messages_path.exists() else ""

    def connect(self):
        """Open the channels and wait until the kernel answers."""
        if self.client is not None:
            self.client.stop_channels()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=40)
        self.replies = {}
        self.silent_requests = set()
        self.cells = set()
        self.published = defaultdict(list)
        self.idle = set()  # the requests after which the kernel was idle again
        self.input_requests = defaultdict(list)
        self.channels = {
            self.client.shell_channel: self._keep_reply,
            self.client.control_channel: self._keep_reply,
            self.client.stdin_channel: lambda m: self.input_requests[m["parent_header"]["msg_id"]].append(m["content"]),
            self.client.iopub_channel: self._keep_published,
        }
        self.poller = zmq.Poller()
        for channel in self.channels:
            self.poller.register(channel.socket, zmq.POLLIN)

    def _keep_reply(self, message):
        parent = message["parent_header"]["msg_id"]
        self.replies[parent] = message
        if message["msg_type"] == "execute_reply" and message["content"].get("ename") != "BadRequest":
            check_record(message, silent=parent in self.silent_requests, expected=IS_XMEMORY)

    def _keep_published(self, message):
        parent = message["parent_header"].get("msg_id")
        self.published[parent].append(message)
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            self.idle.add(parent)

    @property
    def process(self):
        return self.manager.provisioner.process

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.manager.has_kernel and self.process.poll() is None

    def at_rest(self):
        """Alive, and no cell is left without its reply."""
        return self.alive() and self.cells <= self.replies.keys()

    # Waiting

    def wait_until(self, condition, what, timeout=30):
        """Take in messages until condition() is true; return its value."""
        deadline = time.monotonic() + timeout
        while not (value := condition()):
            assert self.alive(), f"the kernel died while waiting for {what}"
            assert time.monotonic() < deadline, f"no {what} within {timeout} s"
            ready = dict(self.poller.poll(200))
            for channel, keep in self.channels.items():
                if channel.socket in ready:
                    keep(channel.get_msg(timeout=0))
        return value

    def wait_reply(self, msg_id, timeout=30):
        return self.wait_until(lambda: self.replies.get(msg_id), "reply", timeout)

    def wait_idle(self, msg_id, timeout=30):
        """All that was published for a request, once the kernel is idle again."""
        self.wait_until(lambda: msg_id in self.idle, "idle", timeout)
        return self.published[msg_id]

    def wait_output(self, msg_id, text, timeout=30):
        """Until a running cell has printed the text."""
        self.wait_until(lambda: text in self.printed(msg_id), f"output {text!r}", timeout)

    def printed(self, msg_id):
        return "".join(m["content"]["text"] for m in self.published[msg_id] if m["msg_type"] == "stream")

    # Requests

    def send(self, code, **options):
        msg_id = self.client.execute(code, **options)
        self.cells.add(msg_id)
        if options.get("silent"):
            self.silent_requests.add(msg_id)
        return msg_id

    def collect(self, msg_id, timeout=30):
        """The result of a cell that was sent."""
        reply = self.wait_reply(msg_id, timeout)
        return Result(reply, self.wait_idle(msg_id, timeout))

    def run(self, code, timeout=30, answers=(), **options):
        """Run one cell to its end. answers: what to type at its input requests, in turn."""
        msg_id = self.send(code, **options)
        for number, answer in enumerate(answers, start=1):
            self.wait_until(lambda: len(self.input_requests[msg_id]) >= number, "input request", timeout)
            self.client.input(answer)
        return self.collect(msg_id, timeout)

    def ok(self, code, timeout=30, **options):
        """Run one cell that has to succeed."""
        result = self.run(code, timeout, **options)
        assert result.status == "ok", "\n".join(result.content.get("traceback", [result.status]))
        return result

    def evaluate(self, expression):
        """The text of an expression in the kernel, without leaving a trace in history or records."""
        result = self.run("", silent=True, user_expressions={"value": expression})
        value = result.content["user_expressions"]["value"]
        assert value["status"] == "ok", value
        return value["data"]["text/plain"]

    def request(self, method, *args, timeout=30, **options):
        """The reply content to a request that jupyter_client has a method for."""
        return self.wait_reply(getattr(self.client, method)(*args, **options), timeout)["content"]

    def control(self, msg_type, content=None, timeout=30):
        """The reply content to a request on the control channel."""
        return self.wait_reply(self.send_raw("control", msg_type, content), timeout)["content"]

    def send_raw(self, channel, msg_type, content=None, buffers=None, metadata=None):
        message = self.client.session.msg(msg_type, content or {}, metadata=metadata)
        socket = getattr(self.client, f"{channel}_channel").socket
        self.client.session.send(socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    # Ending

    def interrupt(self, by="message"):
        if by == "message":
            assert self.control("interrupt_request")["status"] == "ok"
        else:
            os.kill(self.pid, signal.SIGINT)

    def end(self):
        """Whatever state the kernel is in, it and its process group are gone afterwards."""
        if self in Kernel.started:
            Kernel.started.remove(self)
        if self.client is not None:
            self.client.stop_channels()
            self.client = None
        if self.manager is not None and self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        sys.stderr.write(self.messages())  # pytest shows it where a test failed


def living_processes(group):
    """The pids of a process group; dead ones that nobody has waited for do not count."""
    listing = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]


def wait_until_gone(group, timeout):
    deadline = time.monotonic() + timeout
    while living := living_processes(group):
        assert time.monotonic() < deadline, f"still there after {timeout} s: {living}"
        time.sleep(0.05)
