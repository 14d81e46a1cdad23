"""Ten things that people believe about memory, each shown by a magic: its figures say what is true, and are asserted to the byte where
Python itself says them too (sys.getsizeof)."""
import ast

import pytest

from ledger_checker import evaluate

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"


@pytest.fixture(scope="module")
def kernel(module_kernel):
    module_kernel.ok("import gc, sys, xmemory")
    return module_kernel


def asked(kernel, line, timeout=60):
    shown = kernel.ok(line, timeout=timeout).of_type("display_data", "update_display_data")
    return [one["data"][REPORT] for one in shown if REPORT in one["data"]][-1]


def size(kernel, expression):
    (one,) = asked(kernel, f"%memory size {expression}")["expressions"]
    return one


def number(kernel, expression):
    return ast.literal_eval(kernel.evaluate(expression))


def test_1_getsizeof_is_not_the_size(kernel):
    kernel.ok("texts = ['x' * 1000 + '%03d' % n for n in range(1000)]")

    one = size(kernel, "texts")

    assert one["getsizeof_bytes"] == one["shallow_bytes"] == 8_856
    assert one["deep_bytes"] == 8_856 + 1000 * (49 + 1003)  # a hundred and twenty times as much


def test_2_a_list_of_a_million_numbers_is_not_8_mb(kernel):
    kernel.ok("squares = [n * n for n in range(1_000_000)]")

    one = size(kernel, "squares")

    # 17 of them, up to 256, are there anyway. An int asks for 32 B, also where sys.getsizeof says 28: sizeof(PyLongObject) has four
    # bytes of padding (Objects/longobject.c, _PyLong_FromMedium, 3.11).
    assert number(kernel, "sys.getsizeof(squares[17]), sys.getsizeof(squares[-1])") == (28, 32)
    assert one["shallow_bytes"] == 8_448_728
    assert one["exclusive_bytes"] == 8_448_728 + 32 * (1_000_000 - 17)  # five times as much


def test_3_sets_and_dicts_do_not_save_memory_but_time(kernel):
    said = {one["name"]: one for one in asked(kernel, "%memory structures 100_000")["structures"]}

    assert said["list"]["bytes"] == number(kernel, "sys.getsizeof(list(range(100_000)))") == 800_056
    assert said["set"]["bytes"] == number(kernel, "sys.getsizeof(set(range(100_000)))") == 4_194_520
    assert said["dict"]["bytes"] == number(kernel, "sys.getsizeof(dict.fromkeys(range(100_000)))") == 5_242_960


def test_4_a_generator_does_not_always_save(kernel):
    sorted_ones, joined = "sorted(n for n in range(1_000_000))", "''.join(str(n) for n in range(100_000))"
    assert asked(kernel, f"%memory measure {sorted_ones}")["peak_bytes"] > 40_000_000

    generator, comprehension = asked(kernel, f"%memory compare {joined} vs {joined.replace('(str', '([str')[:-1]}])")["sections"]

    assert abs(generator["peak_bytes"] - comprehension["peak_bytes"]) < 1_000 < 5_000_000 < generator["peak_bytes"]


def test_5_a_comprehension_does_not_save_over_append(kernel):
    appended, comprehended = asked(
        kernel,
        "%%memory compare\n## append\nout = []\nfor n in range(100_000): out.append(n * n)\n## comprehension\nout = [n * n for n in range(100_000)]",
    )["sections"]

    for figure in ("peak_bytes", "kept_bytes"):
        assert 4_000_000 < comprehended[figure] < 4_001_000 and abs(appended[figure] - comprehended[figure]) < 400


def test_6_del_takes_a_name_and_not_the_object(kernel):
    made = kernel.ok("big = bytes(10_000_000)\nalso = big").record["cell"]

    first = kernel.ok("del big").record
    in_use = {one["cell"]: one["still_in_use_bytes"] for one in evaluate(kernel, "xmemory.cells()")}
    holders = asked(kernel, "%memory refs also --in")["rows"]
    second = kernel.ok("del also").record

    assert first["freed_earlier_bytes"] == 0 and in_use[made] >= 10_000_033
    assert [row["name"] for row in holders[1:]] == ["variable also"]
    assert second["freed_earlier_by_cell"] == {str(made): 10_000_033}


def test_6_a_displayed_object_lives_on_in_the_output_history(kernel):
    kernel.ok("class Big: pass\nbig, second = Big(), Big()\nbig.data, second.data = bytes(1_000_000), bytes(1_000_000)")
    kernel.ok("big")
    kernel.ok("second")

    assert kernel.ok("del big").record["freed_earlier_bytes"] < 1_000
    assert kernel.ok("%xdel second").record["freed_earlier_bytes"] > 1_000_000


def test_7_del_does_not_return_all_memory_to_the_system(fresh):
    kernel = fresh
    before = asked(kernel, "%memory pools")
    kernel.ok("numbers = [n for n in range(1000, 3_001_000)]")
    whole = asked(kernel, "%memory pools")
    kernel.ok("numbers = numbers[::2000]")

    left = asked(kernel, "%memory pools")

    used = left["used_bytes"] - before["used_bytes"]
    taken, held = (one["arena_bytes"] - before["arena_bytes"] for one in (whole, left))
    assert number(kernel, "len(numbers)") == 1_500 and used < 200_000
    assert held > 0.7 * taken > 60_000_000  # a thousandth of the numbers keeps most of the arenas


def test_8_del_needs_no_collector_but_for_cycles(kernel):
    kernel.ok("gc.disable()\nclass Node: pass\none = Node(); one.text = 'x' * 100_000")

    assert kernel.ok("del one").record["freed_earlier_bytes"] > 100_000

    kernel.ok("gc.collect()\none, other = Node(), Node()\none.other, other.one = other, one")
    assert kernel.ok("del one, other").record["freed_earlier_bytes"] == 0
    said = asked(kernel, "%memory gc")
    assert (said["collected"], said["cycles"], said["types"][0]["name"]) == (2, 1, "Node")


def test_9_an_instance_of_two_fields_does_not_cost_280_bytes(kernel):
    kernel.ok("class Plain:\n    def __init__(self): self.one, self.two = 1, 2\n"
              "class Slots:\n    __slots__ = ('one', 'two')\n    def __init__(self): self.one, self.two = 1, 2\n"
              "many = [Plain() for _ in range(50)]\nplain, touched, slots, record = Plain(), Plain(), Slots(), {'one': 1, 'two': 2}\n"
              "touched.__dict__;")

    assert size(kernel, "slots")["exclusive_bytes"] == 48
    assert size(kernel, "plain")["exclusive_bytes"] == 88
    assert size(kernel, "record")["exclusive_bytes"] == 184
    assert size(kernel, "touched")["exclusive_bytes"] == 88 + 64


def test_10_what_is_left_need_not_be_small(kernel):
    kernel.ok("import numpy as np\nleft = dict.fromkeys(range(100_000))\nfor n in range(99_990): del left[n]\n"
              "view = np.ones(10_000_000)[:10]\ntext = 'a' * 999_999 + '\\N{GRINNING FACE}'", timeout=60)

    assert number(kernel, "len(left)") == 10 and size(kernel, "left")["shallow_bytes"] == 5_242_960
    assert number(kernel, "view.nbytes") == 80 and size(kernel, "view")["exclusive_bytes"] > 80_000_000
    assert size(kernel, "text")["shallow_bytes"] == 4_000_076
