"""Under a plain ipykernel the lessons' magics and the module say which kernel they need; ./tutor puts there what says it."""
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

pytestmark = pytest.mark.xmemory_only

ROOT = Path(__file__).parents[2]
SENTENCE = 'This notebook needs the kernel "Python 3 (memory tutor)": choose it with Kernel → Change Kernel…'


def put_stand_in(python, part="need_stand_in"):
    script = f'set -euo pipefail; root="{ROOT}"; source "$root/share/tutor/say.sh"; source "$root/share/tutor/setup.sh"; {part} "{python}"'
    return subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A venv as ./tutor leaves it. ipykernel comes from the environment of these tests."""
    folder = tmp_path_factory.mktemp("plain") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    assert put_stand_in(folder / "bin/python") == ""
    return folder


def test_what_was_put_there_is_named_for_removal(environment):
    module = next(environment.glob("lib/python3*/site-packages/xmemory.py"))
    config = environment / "etc/ipython/ipython_config.py"

    assert put_stand_in(environment / "bin/python", "stand_ins").splitlines() == [str(module), str(config)]

    ours = config.read_text()
    config.write_text("c.Mine = 1\n")
    assert put_stand_in(environment / "bin/python", "stand_ins").splitlines() == [str(module)]
    config.write_text(ours)


class PlainKernel:
    def __init__(self, environment, home):
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(
            argv=[str(environment / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"], language="python"
        )
        self.manager.start_kernel(
            env={**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "IPYTHONDIR": str(home)}, cwd=str(home)
        )
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code):
        return self.client.execute_interactive(code, timeout=30, output_hook=lambda message: None)["content"]

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def plain_kernel(environment, tmp_path_factory):
    kernel = PlainKernel(environment, tmp_path_factory.mktemp("home"))
    yield kernel
    kernel.end()


@pytest.mark.parametrize("code", ["%%memory check peak<1MB\n1", "%memory footer on", "%%memory predict ? of 8 MB, 40 MB\n1", "%memory"])
def test_the_magics_say_what_is_missing(plain_kernel, code):
    reply = plain_kernel.run(code)

    assert (reply["status"], reply["ename"]) == ("error", "UsageError")
    assert SENTENCE in reply["evalue"] and "./tutor install" in reply["evalue"]


@pytest.mark.parametrize(
    "call", ["xmemory.check('peak<1MB', code='1')", "with xmemory.measure() as m: pass", "xmemory.cell()", "xmemory.compare('1', '2')"]
)
def test_the_functions_say_what_is_missing(plain_kernel, call):
    reply = plain_kernel.run(f"import xmemory\n{call}")

    assert (reply["status"], reply["ename"]) == ("error", "RuntimeError")
    assert SENTENCE in reply["evalue"]


def test_the_module_can_be_imported_from(plain_kernel):
    assert plain_kernel.run("from xmemory import CheckFailed, check\nassert issubclass(CheckFailed, AssertionError)")["status"] == "ok"
    assert plain_kernel.run("import xmemory\nassert not hasattr(xmemory, '__path__')")["status"] == "ok"


def test_putting_it_there_again_changes_nothing(environment):
    config = environment / "etc/ipython/ipython_config.py"
    before = config.stat().st_mtime_ns

    assert put_stand_in(environment / "bin/python") == ""
    assert config.stat().st_mtime_ns == before


def test_settings_that_are_somebody_elses_stay(environment):
    config = environment / "etc/ipython/ipython_config.py"
    ours = config.read_text()
    config.write_text("c = get_config()\n")
    try:
        assert 'c.InteractiveShellApp.extensions.append("xmemory")' in put_stand_in(environment / "bin/python")
        assert config.read_text() == "c = get_config()\n"
    finally:
        config.write_text(ours)


def test_in_the_tutors_kernel_the_built_in_module_is_the_one(start_kernel, tmp_path):
    """Also where the environment's settings have it loaded while the shell starts."""
    profile = tmp_path / "profile_default"
    profile.mkdir()
    shutil.copy(ROOT / "share/python/ipython_config.py", profile)
    kernel = start_kernel(env={"PYTHONPATH": str(ROOT / "share/python"), "IPYTHONDIR": str(tmp_path)})

    assert kernel.evaluate("'xmemory' in get_ipython().extension_manager.loaded") == "True"
    assert kernel.evaluate("[name for name in ('__file__', 'MISSING') if hasattr(__import__('xmemory'), name)]") == "[]"
    assert "not an IPython extension" not in kernel.ok("%load_ext xmemory").stdout
    assert "nothing to reload" in kernel.run("import importlib, xmemory; importlib.reload(xmemory)").content["evalue"]
    assert kernel.evaluate("xmemory.cells()[0]['cell']") == "1"
    assert kernel.ok("%%memory check peak<1MB\n1").value["text/plain"] == "1"
