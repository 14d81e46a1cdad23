"""Whatever is called like markup stays text: variables, attributes, keys, classes, exceptions, threads, labels and cells, in the HTML
and the pictures of every command's report and of the footers."""
import pytest

from kernel_driver import REPORT_MIME
from markup import Page

pytestmark = pytest.mark.xmemory_only

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
QUOTES = "' style=x onclick='alert(1)"
REFERENCE = "&lt;b&gt;&amp;"
COMMENT = "<!-- ]]> </details></table><svg onload=alert(1)>"
NAMES = [SCRIPT, IMAGE, QUOTES, REFERENCE, COMMENT]

PREPARE = f"""
import threading, gc, xmemory
NAMES = {NAMES!r}
kinds, things, waiting = [], [], threading.Event()
class Box: pass
def ring(kind, n=50):
    for _ in range(n):
        a, b = kind(), kind()
        a.other, b.other = b, a
for number, name in enumerate(NAMES):
    kind = type(name, (), {{"__module__": name}})
    failure = type(name, (Exception,), {{}})
    kinds.append(kind)
    globals()[name] = bytearray(3_000_000 + number)
    box = Box()
    setattr(box, name, [kind() for _ in range(200)])
    things.append({{name: box, (name,): failure(name)}})
    threading.Thread(target=waiting.wait, name=name, daemon=True).start()
"""

# Each is run as it stands; the marks say whether a name has to be seen in what it shows, so that the test proves something.
SHOWS, QUIET = True, False
CALLS = [
    ("%memory", QUIET),
    ("%memory cell -1", QUIET),
    ("%memory cells", QUIET),
    (f"keep = '{SCRIPT}' * 400_000  # {IMAGE}\n%memory footer on", QUIET),
    ("%memory cells --by peak", SHOWS),
    (f"%memory measure '{SCRIPT}' * 300_000", QUIET),
    (f"%memory compare '{SCRIPT}' vs '{COMMENT}'", SHOWS),
    (f"%%memory compare\n## {SCRIPT}\n1\n## {IMAGE}\n2", SHOWS),
    (f"%%memory compare n=10..1_000\n## {SCRIPT}\nlist(range(n))\n## {REFERENCE}\nset(range(n))", SHOWS),
    ("%memory structures NAMES", QUIET),
    ("%memory types", QUIET),
    ("%memory types --top 200", SHOWS),
    (f"%memory mark {SCRIPT}", SHOWS),
    (f"more = [kinds[0]() for _ in range(3_000)]\n%memory types --since {SCRIPT}", SHOWS),
    ("%memory size things", QUIET),
    ("%memory size things[0], things", QUIET),
    ("%memory size globals()", QUIET),
    ("%memory gc --watch on", QUIET),
    ("for kind in kinds: ring(kind)\n%memory gc", SHOWS),
    ("%memory gc --watch off", QUIET),
    ("%memory pools", QUIET),
    ("%memory pools --diff 1", QUIET),
    (f"%%memory predict ? of 1 MB, 2 MB\nx = '{SCRIPT}' * 100_000", QUIET),
    (f"%%memory predict 1 MB\nx = '{SCRIPT}' * 100_000", QUIET),
    ("%memory progress", QUIET),
    (f"%%memory life x\nx = kinds[0]()  # {IMAGE}\nbox = {{{SCRIPT!r}: x, {QUOTES!r}: x}}\ndel x", SHOWS),
    (f"%%memory check peak<10MB\n'{SCRIPT}'", QUIET),
    (f"%%memory check kept<1kB\nglobals()['{SCRIPT}2'] = bytearray(5_000_000)  # {IMAGE}", QUIET),
    ("%memory explain peak", QUIET),
    ("%memory limit", QUIET),
    (f"%memory limit 40MB --cell\nheld = {{'{SCRIPT}': 1}}; too = bytearray(60_000_000)  # {IMAGE}", QUIET),
    ("globals()[NAMES[0]] = bytearray(20_000_000); bytearray(60_000_000)", SHOWS),
    ("%memory limit off", QUIET),
    (f"raise type('{SCRIPT}', (Exception,), {{}})(bytearray(2_000_000), '{IMAGE}')", QUIET),
    ("%memory death", QUIET),
    ("%memory help", QUIET),
]


@pytest.fixture(scope="module")
def prepared(module_kernel):
    module_kernel.ok(PREPARE)
    yield module_kernel
    module_kernel.ok("waiting.set()")


def pages(result):
    """The HTML of all reports of a cell, footers among them."""
    bundles = result.displays + [footer["content"]["data"] for footer in result.footers]
    return [Page(bundle["text/html"]) for bundle in bundles if REPORT_MIME in bundle and "text/html" in bundle]


@pytest.mark.parametrize("code, shows", CALLS, ids=[code.replace("\n", " ⏎ ")[:70] for code, _ in CALLS])
def test_names_stay_text(prepared, code, shows):
    result = prepared.run(code, timeout=60)

    text = "".join(page.text for page in pages(result))
    if shows:
        words = ("<script>alert(1)", "onerror=alert(1)", "onclick='", "&lt;b&gt;", "<!-- ]]>")
        assert any(word in text for word in words), text


def test_commands_that_are_not_in_the_list_are_tried_as_they_are(prepared):
    tried = {code.partition("%memory ")[2].split()[0] for code, _ in CALLS if "%memory " in code}
    listed = prepared.ok("import xmemory\nprint(*filter(None, xmemory.help()['commands']), sep='\\n')").stdout.split()
    assert "gc" in listed
    for name in set(listed) - tried:
        pages(prepared.run(f"%memory {name}", timeout=60))


def test_the_page_reader_sees_what_is_wrong():
    for html in (SCRIPT, "<p onclick='x'>x</p>", '<img src="http://x/">', "<p>", "<!-- x -->", "<a href='x'>x</a>",
                 '<p style="background:url(x)">x</p>'):
        with pytest.raises(AssertionError):
            Page(html)
