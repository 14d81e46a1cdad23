"""The Python that runs in the kernel is the one it was installed for, with its packages, processes and magics."""
import sys

import pytest


def test_it_is_the_python_it_was_installed_for(kernel):
    kernel.ok("import sys, sysconfig")

    assert kernel.evaluate("sys.prefix") == repr(sys.prefix)
    assert kernel.evaluate("sys.executable").startswith(repr(sys.prefix + "/bin/python")[:-1])
    assert kernel.evaluate("sys.version_info[:3]") == str(tuple(sys.version_info[:3]))
    assert kernel.evaluate("sysconfig.get_path('purelib')").startswith(repr(sys.prefix)[:-1])


def test_pip_installs_there(kernel):
    result = kernel.ok("%pip --version")

    assert sys.prefix in result.stdout


@pytest.mark.parametrize("package", ["numpy", "pandas", "matplotlib", "ipywidgets", "json", "ssl", "sqlite3", "ctypes"])
def test_packages_are_found(kernel, package):
    kernel.ok(f"import {package}", timeout=60)


def test_the_main_module_is_the_notebook(kernel):
    kernel.ok("import __main__, pickle\nclass Mine: pass\nvalue = 5")

    assert kernel.evaluate("__name__, __main__.value") == "('__main__', 5)"
    assert kernel.evaluate("type(pickle.loads(pickle.dumps(Mine()))) is Mine") == "True"


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(kernel, method):
    result = kernel.ok(
        f"import multiprocessing\nwith multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "    answer = pool.map(abs, [-1, -2, -3])\nanswer",
        timeout=50,
    )

    assert result.value["text/plain"] == "[1, 2, 3]"


def test_a_pool_runs_the_learners_own_function(kernel):
    result = kernel.ok(
        "import multiprocessing\ndef square(n): return n * n\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool: answer = pool.map(square, range(4))\nanswer",
        timeout=50,
    )

    assert result.value["text/plain"] == "[0, 1, 4, 9]"


def test_a_process_executor(kernel):
    result = kernel.ok(
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with ProcessPoolExecutor(2) as pool: answer = list(pool.map(abs, [-1, -2]))\nanswer",
        timeout=50,
    )

    assert result.value["text/plain"] == "[1, 2]"


def test_the_same_python_as_a_child(kernel):
    result = kernel.ok(
        "import subprocess, sys\n"
        "subprocess.check_output([sys.executable, '-c', 'import sys, numpy; print(sys.prefix)'], text=True)"
    )

    assert result.value["text/plain"] == repr(sys.prefix + "\n")


def test_shell_commands(kernel):
    assert kernel.ok("!echo hi").stdout.replace("\r", "") == "hi\n"
    assert kernel.ok("answer = !echo hi\nanswer").value["text/plain"] == "['hi']"
    assert kernel.ok("%%bash\necho from bash").stdout == "from bash\n"
    assert kernel.ok("word = 'it'\n!echo {word}").stdout.replace("\r", "") == "it\n"


def test_magics_that_run_code(kernel, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("ran = __name__\nprint('script')\n")

    assert kernel.ok(f"%run {script}").stdout == "script\n"
    assert kernel.ok("ran").value["text/plain"] == "'__main__'"
    assert "Wall time" in kernel.ok("%%time\nx = 1").stdout
    assert "loop" in kernel.ok("%timeit -n1 -r1 pass").stdout
    assert kernel.ok("%%capture caught\nprint('caught')\n1/1").stdout == ""
    assert kernel.ok("caught.stdout").value["text/plain"] == r"'caught\n'"
    assert kernel.ok("%%writefile written.txt\ntext").stdout.startswith("Writing")
    assert "x" in kernel.ok("%who_ls").value["text/plain"]
    assert kernel.run("%no_such_magic").content["status"] in ("ok", "error")
    kernel.ok("get_ipython().ex('by_ex = 5')")
    assert kernel.ok("get_ipython().ev('by_ex + 1')").value["text/plain"] == "6"


def test_run_cell_nests(kernel):
    result = kernel.ok("get_ipython().run_cell('inner = 2\\nprint(inner)')\nouter = inner + 1\nouter")

    assert result.stdout == "2\n"
    assert result.value["text/plain"] == "3"


def test_await_at_the_top(kernel):
    result = kernel.ok(
        "import asyncio\n"
        "async def double(n):\n    await asyncio.sleep(0.01)\n    return 2 * n\n"
        "await asyncio.gather(double(1), double(2))"
    )

    assert result.value["text/plain"] == "[2, 4]"
    assert kernel.ok("async with asyncio.timeout(5):\n    print(await double(4))").stdout == "8\n"
    assert kernel.ok("await double(8)").value["text/plain"] == "16"


def test_a_task_goes_on_in_later_cells(kernel):
    kernel.ok("import asyncio\nlog = []\nasync def later():\n    await asyncio.sleep(0)\n    log.append('done')")
    kernel.ok("task = asyncio.create_task(later())\nawait asyncio.sleep(0)")
    kernel.ok("await task")

    assert kernel.ok("log").value["text/plain"] == "['done']"


def test_threads(kernel):
    result = kernel.ok(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool: answer = sum(pool.map(lambda n: n * n, range(100)))\nanswer"
    )

    assert result.value["text/plain"] == "328350"


@pytest.mark.parametrize(
    "variables",
    [{"PYTHONMALLOC": "malloc"}, {"PYTHONMALLOC": "debug"}, {"PYTHONMALLOC": "pymalloc_debug"}, {"PYTHONDEVMODE": "1"},
     {"PYTHONTRACEMALLOC": "1"}, {"PYTHONHASHSEED": "0"}, {"PYTHONUNBUFFERED": "1"}, {"LANG": "C", "LC_ALL": "C"}],
    ids=lambda v: "-".join(v.values()),
)
def test_it_runs_in_whatever_environment_it_is_given(start_kernel, variables):
    kernel = start_kernel(env=variables)

    assert kernel.ok("x = list(range(100_000))\nprint('é', len(x))").stdout == "é 100000\n"
    assert kernel.ok("del x\n6 * 7").value["text/plain"] == "42"


def test_modules_in_the_working_folder_are_found(start_kernel, tmp_path):
    (tmp_path / "module_of_mine.py").write_text("answer = 42\n")
    kernel = start_kernel(cwd=tmp_path, env={"PYTHONDONTWRITEBYTECODE": "1"})

    assert kernel.ok("import module_of_mine; module_of_mine.answer").value["text/plain"] == "42"


def test_a_python_path_is_heard(start_kernel, tmp_path):
    (tmp_path / "module_of_mine.py").write_text("answer = 42\n")
    kernel = start_kernel(env={"PYTHONPATH": str(tmp_path)})

    assert kernel.ok("import module_of_mine; module_of_mine.answer").value["text/plain"] == "42"
