"""What IPython imports and few notebooks use comes when it is needed, and then as it always was."""
import re

import pytest

pytestmark = pytest.mark.xmemory_only

LATE = {
    "asyncio.sslproto", "bz2", "decimal", "fractions", "html", "ipaddress", "lzma", "mimetypes", "pickle", "pstats", "pydoc",
    "ssl", "stack_data", "typing_extensions", "urllib.request",
}  # fmt: skip


def modules(kernel):
    return kernel.evaluate("sorted({'jedi', 'parso', 'prompt_toolkit'} & set(__import__('sys').modules))")


def test_a_new_kernel_has_neither_prompt_toolkit_nor_jedi(fresh):
    assert modules(fresh) == "[]"


def test_the_first_completion_brings_jedi_in_and_uses_it(fresh):
    code = "'a b'.split()[0].isal"

    reply = fresh.request("complete", code, len(code))

    # Only static analysis knows what a call that is not made would give.
    assert "isalpha" in reply["matches"]
    assert modules(fresh) == "['jedi', 'parso']"


def test_a_learner_may_do_without_jedi(fresh):
    fresh.ok("get_ipython().config.IPCompleter.use_jedi = False")

    fresh.request("complete", "''.isal", 7)

    assert fresh.evaluate("get_ipython().Completer.use_jedi") == "False"


def test_a_learner_may_import_jedi_and_ipythons_terminal(fresh):
    assert fresh.evaluate("__import__('jedi').Script('import os').complete(1, 9)[0].name") == "'os'"
    assert "Embed" in fresh.evaluate("__import__('IPython.terminal.embed').terminal.embed.InteractiveShellEmbed")


def test_embed_is_the_terminals_own(fresh):
    fresh.ok("import IPython\nimport IPython.terminal.embed as terminal\nterminal.embed = lambda **options: options")

    assert fresh.evaluate("IPython.embed(header='here')") == "{'header': 'here'}"


def late_modules(kernel):
    return set(kernel.evaluate(f"' '.join({LATE!r} & set(__import__('sys').modules))").strip("'").split())


def test_a_new_kernel_has_none_of_the_late_modules(fresh):
    assert late_modules(fresh) == set()


def test_each_late_module_is_its_own_self_for_a_learner(fresh):
    fresh.ok("import importlib, types")
    for name in sorted(LATE):
        fresh.ok(f"module = importlib.import_module({name!r})")
        assert fresh.evaluate("type(module) is types.ModuleType and bool(module.__file__)") == "True"
        assert fresh.evaluate("module.__spec__.name") == repr(name)
    assert late_modules(fresh) == LATE


def test_ipython_uses_a_late_module_by_its_stand_in(fresh):
    assert fresh.evaluate("__import__('IPython.core.ultratb').core.ultratb.pydoc.html.__class__.__name__") == "'HTMLDoc'"
    assert "pydoc" in late_modules(fresh)


def test_the_first_traceback_is_whole(fresh):
    error = fresh.run("def halve(x):\n    return x / 0\nhalve(3)").error

    text = re.sub("\x1b\\[[0-9;]*m", "", "".join(error["traceback"]))
    assert error["ename"] == "ZeroDivisionError"
    assert "return x / " in text and "halve" in text
    assert "stack_data" in late_modules(fresh)


def test_the_profiler_works(fresh):
    result = fresh.ok("stats = %prun -r -q sum(range(10))")

    assert fresh.evaluate("stats.total_calls > 0") == "True"
    assert "pstats" in late_modules(fresh), result.stdout


def test_a_module_of_a_package_is_found_when_only_the_package_is_imported(fresh):
    assert fresh.evaluate("__import__('urllib').request.Request('http://localhost/').host") == "'localhost'"


def test_an_asyncio_server_may_use_tls(fresh):
    code = "import asyncio, ssl\n"
    code += "server = await asyncio.start_server(print, '127.0.0.1', 0, ssl=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))\n"
    code += "server.close()"

    fresh.ok(code)


def test_a_name_that_a_late_module_lacks_is_an_error(fresh):
    assert fresh.run("import IPython.core.ultratb as u\nu.pydoc.no_such_name").error["ename"] == "AttributeError"
