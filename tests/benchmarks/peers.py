"""Other tools that look at memory, on plain Python in an environment of their own, doing the same work.

A process for each tool and row; the work is timed within it. The figures are ratios to the same process without any tool. A tool
that cannot be installed, or does not do a row, is left out there and named with the reason.
"""

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import progress
import rows

RUN_ROW = Path(rows.__file__).with_name("run_row.py")
BASE = "plain Python"
PROCESS_SECONDS = 300


@dataclass
class Peer:
    name: str
    package: str | None = None  # as pip calls it
    how: str = "plain"  # to run_row.py
    command: tuple = ()  # before the file that it runs, in the environment's bin; {folder}: a folder for what it writes
    before_words: tuple = ()  # between that file and its words

    def argv(self, bin_folder, folder, row, clock, file):
        program = [part.format(folder=folder) for part in self.command] or ["python"]
        program[0] = str(bin_folder / program[0])
        return [*program, str(RUN_ROW), *self.before_words, self.how, row, clock, str(file)]


PEERS = [
    Peer(BASE),
    Peer("tracemalloc", how="tracemalloc"),
    Peer("memray", "memray==1.20.0", command=("memray", "run", "-q", "-f", "-o", "{folder}/memray.bin")),
    Peer(
        "memray, Python allocators",
        "memray==1.20.0",
        command=("memray", "run", "-q", "-f", "--trace-python-allocators", "-o", "{folder}/memray.bin"),
    ),
    Peer("Fil", "filprofiler==2024.11.2", command=("fil-profile", "--no-browser", "-o", "{folder}", "run")),
    Peer(
        "Scalene",
        "scalene==2.4.0",
        command=("scalene", "run", "--memory", "-o", "{folder}/scalene.json"),
        before_words=("---",),
    ),
    Peer("memory_profiler", "memory_profiler==0.61.0", how="memory_profiler"),
    Peer("ipython_memory_usage", "ipython_memory_usage==1.8.3", how="ipython_memory_usage"),
]


class PeerFailed(Exception):
    pass


def install(environment):
    """Makes the environment, and installs into it what is not there yet. The peers to run, and by name why others cannot be."""
    _make(environment)
    ours = {found.name.lower(): found.version for found in distributions()}
    libraries = [f"{name}=={ours[name]}" for name in ("numpy", "pandas", "ipython")]  # the same as the kernels have
    failed = _install_all(environment, [*libraries, *(peer.package for peer in PEERS if peer.package)])
    if any(library in failed for library in libraries):
        raise PeerFailed(f"What the work needs cannot be installed for the peers: {failed}")
    return [peer for peer in PEERS if peer.package not in failed], {
        peer.name: f"not installed: {failed[peer.package]}" for peer in PEERS if peer.package in failed
    }


def install_packages(environment, packages):
    """The same of other tools. packages: by tool, as pip calls it. Those that are there, and by name why others are not."""
    _make(environment)
    failed = _install_all(environment, packages.values())
    return [tool for tool, package in packages.items() if package not in failed], {
        tool: f"not installed: {failed[package]}" for tool, package in packages.items() if package in failed
    }


def _make(environment):
    if not (environment / "bin/python").exists():
        progress.say(f"Making an environment for the peers in {environment}")
        base = Path(sys.base_prefix) / f"bin/python{sys.version_info[0]}.{sys.version_info[1]}"
        subprocess.run([base, "-m", "venv", environment], check=True)


def _install_all(environment, packages):
    """Why which could not be."""
    failed = {}
    for package in dict.fromkeys(packages):
        reason = _install_one(environment / "bin/python", package)
        if reason:
            progress.say(f"{package} was not installed: {reason}")
            failed[package] = reason
    return failed


def _install_one(python, package):
    """Why it cannot be, or None."""
    name, version = package.split("==")
    code = f"import importlib.metadata as m, sys; sys.exit(m.version({name!r}) != {version!r})"
    if subprocess.run([python, "-c", code], stderr=subprocess.DEVNULL).returncode == 0:
        return None
    progress.say(f"Installing {package} for the peers")
    done = subprocess.run(
        [python, "-m", "pip", "install", "--disable-pip-version-check", "-q", package], capture_output=True, text=True
    )
    return None if done.returncode == 0 else _last_line(done.stderr)


def measure(peers, environment, row_names, rounds, clock):
    """Seconds by peer and row, of which an index is one round; and by peer and row why there are none."""
    seconds = {peer.name: {row: [] for row in row_names} for peer in peers}
    failed = {}
    for turn in range(rounds):
        for row in row_names:
            for peer in peers:
                if row in failed.get(peer.name, {}):
                    continue
                progress.show(f"Peers: round {turn + 1} of {rounds}, {row}, {peer.name}")
                try:
                    seconds[peer.name][row].append(_row_seconds(peer, environment, row, clock))
                except PeerFailed as error:
                    progress.say(f"{peer.name} does not do \"{row}\": {error}")
                    failed.setdefault(peer.name, {})[row] = str(error)
                    seconds[peer.name][row].clear()
    return seconds, failed


def _row_seconds(peer, environment, row, clock):
    with tempfile.TemporaryDirectory(prefix="peer-") as folder:
        file = Path(folder) / "seconds"
        argv = peer.argv(environment / "bin", folder, row, clock, file)
        status, output = _run(argv, folder)
        if not file.exists():
            raise PeerFailed(f"{status}: {_last_line(output)}")
        return float(file.read_text())


def _run(argv, folder):
    """How it ended, and what it printed. The process and those that it started are ended in any case."""
    path = f"{Path(argv[0]).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": folder, "IPYTHONDIR": folder}
    process = subprocess.Popen(
        argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=PROCESS_SECONDS)
        return f"ended with {process.returncode}", output
    except subprocess.TimeoutExpired:
        return f"took more than {PROCESS_SECONDS} s", ""
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def _last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
