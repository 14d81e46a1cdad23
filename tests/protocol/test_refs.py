"""%memory refs: what an object holds and what holds it, against gc's own referents and referrers, and within its bounds."""
import base64
import re

import pytest

from ledger_checker import evaluate

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"

SETUP = """
import gc, xmemory
class Node:
    def __init__(self, name): self.name = name
class Slim:
    __slots__ = ('one', 'two')
"""


@pytest.fixture(scope="module")
def planted(module_kernel):
    module_kernel.ok(SETUP)
    return module_kernel


def asked(kernel, line):
    (bundle,) = [shown for shown in kernel.ok(f"%memory refs {line}", timeout=60).displays if REPORT in shown]
    return bundle[REPORT], bundle


def names_below(report, parent):
    return {row["name"] for number, row in enumerate(report["rows"]) if number and row["parent"] == parent}


def number_of(report, name):
    (number,) = [n for n, row in enumerate(report["rows"]) if row["name"] == name]
    return number


def picture(bundle):
    """The picture of a report, out of its image."""
    (coded,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])
    return base64.b64decode(coded).decode()


def test_what_an_object_holds_by_its_names(planted):
    planted.ok("slim = Slim()\nslim.one, slim.two = ['a' * 100], {'key': ('b' * 200,)}")

    report, bundle = asked(planted, "slim")

    assert names_below(report, 0) == {".one", ".two"}
    assert names_below(report, number_of(report, ".two")) == {"", "['key']"}  # its key, folded
    assert [row["type"] for row in report["rows"] if row["name"] == "['key']"] == ["tuple"]
    assert "└─ ['key']  tuple" in bundle["text/plain"].replace("├", "└")


def test_its_rows_add_up_to_its_size(planted):
    planted.ok("many = {n: [Node('node %d' % n), n * 1000 + 300] for n in range(1000, 3000)}\nmany['self'] = many")

    for depth in (1, 2, 3, 6):
        report, _ = asked(planted, f"many --depth {depth}")
        (size,) = evaluate(planted, "xmemory.size('many')")["expressions"]
        assert sum(row["bytes"] for row in report["rows"]) == report["bytes"] == size["deep_bytes"]
        assert report["objects"] == size["objects"]
        assert len(report["rows"]) <= 30


def test_cycles_are_marked(planted):
    planted.ok("one, other = Slim(), Slim()\none.one, other.one, one.two, other.two = other, one, one, None")

    report, bundle = asked(planted, "one")

    assert [(a["from"], a["to"], a["name"]) for a in report["across"] if a["closes_cycle"]] == \
        [(0, 0, ".two"), (number_of(report, ".one"), 0, ".one")]
    assert "2 references close cycles" in bundle["text/plain"] and ".two  ↑ one: a cycle" in bundle["text/plain"]
    assert picture(bundle).count('stroke-dasharray="5 3"') == 2


def test_what_is_held_twice_is_shown_once(planted):
    planted.ok("text = 'shared ' * 20\npair = Slim()\npair.one, pair.two = [text], [text, text]")

    report, bundle = asked(planted, "pair")

    assert [row["type"] for row in report["rows"]].count("str") == 1
    assert [(a["closes_cycle"]) for a in report["across"]] == [False]
    assert "see above" in bundle["text/plain"]


@pytest.mark.parametrize("make", ["[Node('%d' % n) for n in range(3)]", "list(range(1000, 3_001_000))", "{n: [n] for n in range(100_000)}",
                                  "[[[[[n] for n in range(9)] for n in range(9)] for n in range(9)] for n in range(9)]"])
def test_it_stays_small_however_many_there_are(planted, make):
    planted.ok(f"heap = {make}", timeout=60)

    report, bundle = asked(planted, "heap --depth 6")

    assert len(report["rows"]) <= 30 and len(report["across"]) < 100
    assert len(bundle["text/plain"].splitlines()) < 80 and len(bundle["text/html"]) < 30_000
    assert max(map(len, bundle["text/plain"].splitlines()[1:])) <= 80
    width, height = map(int, re.match(r'<svg xmlns="[^"]+" width="(\d+)" height="(\d+)"', picture(bundle)).groups())
    assert 0 < width <= 600 and 0 < height < 1000
    counted = sum(row["objects"] for row in report["rows"])
    assert counted <= report["objects"] == int(planted.evaluate("__import__('xmemory').size('heap')['expressions'][0]['objects']"))
    if report["objects"] > 100:
        assert re.search(r"and [\d,]+ more", bundle["text/plain"]) and "the others folded" in bundle["text/plain"]
    planted.ok("del heap")


def test_holders_are_those_that_gc_knows(planted):
    planted.ok("held = [Node('held')]\nby_list, by_dict, by_slot = [0, held], {'key': held}, Slim()\nby_slot.one = held\n"
               "class Holder: attribute = held\ngc.collect();")

    report, bundle = asked(planted, "held --in --depth 1")

    known = planted.evaluate("sorted(type(one).__name__ for one in gc.get_referrers(held))")
    assert report["objects"] == len(eval(known)) == 5, known
    assert names_below(report, 0) == {"variable held", "[1] of", "['key'] of", ".one of", "['attribute'] of"}
    assert bundle["text/plain"].startswith("5 objects hold held directly.")


def test_holders_of_holders_up_to_a_variable(planted):
    planted.ok("deep = 'deep ' * 30\nlayers = Slim()\nlayers.one = ({'key': [deep]},)\nlayers.two = None\ndeep_alone = None")

    report, _ = asked(planted, "deep --in --depth 5")

    chain = [row["name"] for row in report["rows"]]
    assert chain[0] == "deep" and {"variable deep", "[0] of", "['key'] of", ".one of"} <= set(chain)
    names = [across["name"] for across in report["across"] if across["from"] == chain.index("variable deep")]
    assert names == ["variable layers"]


def test_a_reference_of_running_code_has_a_row(planted):
    shown = planted.ok("def look():\n    mine = ['x' * 99]\n    globals()['seen'] = mine\n"
                       "    get_ipython().run_line_magic('memory', 'refs seen --in')\nlook()").displays

    (report,) = [bundle[REPORT] for bundle in shown if REPORT in bundle]
    assert [(row["kind"], row["objects"]) for row in report["rows"] if row["kind"] == "uncounted"] in ([("uncounted", 1)], [])
    assert "variable seen" in names_below(report, 0)


def test_nothing_holds_what_was_just_made(planted):
    report, bundle = asked(planted, "bytes(1000) --in")

    assert report["objects"] == 0 and bundle["text/plain"].startswith("No object holds bytes(1000).")


def test_names_are_shown_as_they_are_and_not_as_markup(planted):
    planted.ok("evil = {'</text><script>alert(1)</script>\\x1b[31m': ['<img src=x onerror=alert(1)>' * 9], '\"': type('<b>&', (), {})()}")

    for line in ("evil", "evil --depth 5"):
        report, bundle = asked(planted, line)
        for markup in (bundle["text/html"], picture(bundle)):
            assert "<script" not in markup and "<img src=x" not in markup and "<b>&" not in markup
        assert "\x1b" not in bundle["text/plain"] + bundle["text/html"] + picture(bundle)
        assert "script" in bundle["text/plain"]


def test_what_graphviz_takes_is_the_tutors(start_kernel):
    """The first picture loads the library: its cell still allocates nothing for the learner, and keeps nothing of his."""
    kernel = start_kernel()
    kernel.ok(SETUP + "root = Slim()\nroot.one, root.two = [root], ['x' * 99]")
    assert kernel.evaluate("'libgvc' in open('/proc/self/maps').read()") == "False"

    record = kernel.ok("%memory refs root").record

    assert kernel.evaluate("'libgvc' in open('/proc/self/maps').read()") == "True"
    assert kernel.evaluate("any(word in open('/proc/self/maps').read() for word in ('libcairo', 'libpango', 'libX11'))") == "False"
    assert (record["allocated_blocks"], record["kept_bytes"], record["freed_blocks"], record["mapped_bytes"]) == (0, 0, 0, 0)


def test_the_data_are_those_of_the_function(planted):
    planted.ok("small = [1, [2, 3], 'text']")

    report, _ = asked(planted, "small --depth 2")
    assert report.pop("kind") == "refs" and report == evaluate(planted, "xmemory.refs('small', depth=2)")
