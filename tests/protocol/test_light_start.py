"""What IPython imports for its terminal and for completion comes when it is needed, and then as it always was."""
import pytest

pytestmark = pytest.mark.xmemory_only


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
