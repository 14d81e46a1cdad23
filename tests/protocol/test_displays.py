"""Rich display: bundles, updates in place, clearing, inline pictures and tables."""
import base64


def test_a_display_has_all_its_forms(kernel):
    result = kernel.ok(
        "class Both:\n"
        "    def _repr_html_(self): return '<b>both</b>'\n"
        "    def __repr__(self): return 'both'\n"
        "display(Both())\n"
        "Both()"
    )

    assert result.displays == [{"text/plain": "both", "text/html": "<b>both</b>"}]
    assert result.value == {"text/plain": "both", "text/html": "<b>both</b>"}


def test_raw_bundles_and_metadata(kernel):
    result = kernel.ok("display({'text/plain': 'p', 'x/y': {'a': [1, None]}}, raw=True, metadata={'x/y': {'b': 2}})")

    content = result.of_type("display_data")[0]
    assert content["data"] == {"text/plain": "p", "x/y": {"a": [1, None]}}
    assert content["metadata"] == {"x/y": {"b": 2}}


def test_bytes_travel_as_base64(kernel):
    result = kernel.ok(
        "from IPython.display import Image\ndisplay(Image(b'\\x89PNG\\r\\n\\x1a\\n' + bytes(30), format='png'))"
    )

    assert base64.b64decode(result.displays[0]["image/png"]).startswith(b"\x89PNG")


def test_a_display_is_updated_in_place(kernel):
    result = kernel.ok("handle = display('old', display_id=True)\nhandle.update('new')")

    shown, updated = result.of_type("display_data")[0], result.of_type("update_display_data")[0]
    assert shown["data"]["text/plain"] == "'old'" and updated["data"]["text/plain"] == "'new'"
    assert shown["transient"]["display_id"] == updated["transient"]["display_id"] != ""


def test_clear_output(kernel):
    result = kernel.ok(
        "from IPython.display import clear_output\nprint('a')\nclear_output(wait=True)\nprint('b')\nclear_output()"
    )

    kinds = [m["msg_type"] for m in result.messages if m["msg_type"] != "execute_input"]
    assert kinds == ["stream", "clear_output", "stream", "clear_output"]
    assert [c["wait"] for c in result.of_type("clear_output")] == [True, False]


def test_a_semicolon_hides_the_value(kernel):
    assert kernel.ok("1 + 1;").value is None


def test_none_is_not_shown(kernel):
    assert kernel.ok("None").value is None


def test_a_display_that_fails_does_no_harm(kernel):
    result = kernel.run("class Bad:\n    def _repr_html_(self): 1/0\n    def __repr__(self): return 'bad'\nBad()")

    assert result.value["text/plain"] == "bad"
    assert "ZeroDivisionError" in result.stderr + result.stdout + str(result.error)


def test_matplotlib_is_inline_without_being_asked(kernel):
    result = kernel.ok("import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]);", timeout=60)

    assert base64.b64decode(result.displays[0]["image/png"]).startswith(b"\x89PNG")
    assert len(result.displays) == 1


def test_matplotlib_shows_a_figure_where_it_is_shown(kernel):
    result = kernel.ok(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('between')\nplt.plot([2, 1])\nplt.show()",
        timeout=60,
    )

    kinds = [m["msg_type"] for m in result.messages if m["msg_type"] != "execute_input"]
    assert kinds == ["display_data", "stream", "display_data"]


def test_the_matplotlib_magic(kernel):
    result = kernel.ok("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);", timeout=60)

    assert "image/png" in result.displays[-1]


def test_pandas_gives_a_table(kernel):
    result = kernel.ok("import pandas\npandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']})", timeout=60)

    assert "<table" in result.value["text/html"]
    assert "a" in result.value["text/plain"]
