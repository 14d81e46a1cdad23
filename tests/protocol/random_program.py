"""Random programs for a kernel, and what is true after each of their cells.

A program is a run of cells, a cell some statements and an end: as it should, with an error, or interrupted. Statements of one
half plant blocks in the list S whose sizes and cells are known, or resize, free and pass them on, by threads too; those of
the other half only make work: objects of all kinds that come and go. Then each planted block has to have its cell and its
size, what is still in use of a cell is no less than its planted blocks, and a cell that does nothing but free planted blocks
has freed just those.
"""
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import ledger_checker

SLOTS = 24
BYTES_HEAD = 33  # sys.getsizeof(b"")
STRING_HEAD = 49
BYTEARRAY_HEAD = 56

SETUP = f"""
import gc, sys, threading
sys.setswitchinterval(0.0005)
S = [None] * {SLOTS}
T = [None] * {SLOTS}
noise = later = None
X = "x"  # 'x' * 300 would be a constant, which the compiler makes
ZEROS = bytes(2_000_100)
def thread(work):
    t = threading.Thread(target=work)
    t.start()
    t.join()
def pass_on(first, end):
    for slot in range(first, end): S[slot] = None
"""

CLEAN = "S[:] = T[:] = [None] * len(S)\nnoise = None"

slots = st.integers(0, SLOTS - 1)
sizes = st.one_of(st.integers(2, 600), st.integers(2, 5_000), st.integers(100_000, 2_000_000))


class Planted:
    """Blocks in one slot: pairs of asked bytes and cell. None: as many as CPython says, at this place of the model."""

    def __init__(self, kind, size, blocks):
        self.kind, self.size, self.blocks = kind, size, blocks


def plant_bytes(slots_of, cell, slot, size):
    slots_of[slot] = Planted("bytes", size, [(BYTES_HEAD + size, cell)])
    return f"S[{slot}] = bytes({size})"


def plant_string(slots_of, cell, slot, size):
    slots_of[slot] = Planted("str", size, [(STRING_HEAD + size, cell)])
    return f"S[{slot}] = X * {size}"


def plant_bytearray(slots_of, cell, slot, size):
    slots_of[slot] = Planted("bytearray", size, [(BYTEARRAY_HEAD, cell), (size + 1, cell)])
    return f"S[{slot}] = bytearray({size})"


def resized(size, old_allocated):
    """The size of the buffer afterwards, or None where it stays (Objects/bytearrayobject.c, PyByteArray_Resize)."""
    if size + 1 <= old_allocated:
        return None if size >= old_allocated // 2 else size + 1
    return size + 1 if size > old_allocated * 1.125 else size + (size >> 3) + (3 if size < 9 else 6)


def resize(slots_of, cell, slot, size):
    """Of a bytearray, by one realloc; where the slot has none, one is planted."""
    planted = slots_of.get(slot)
    if planted is None or planted.kind != "bytearray":
        return plant_bytearray(slots_of, cell, slot, size)
    line = f"del S[{slot}][{size}:]" if size < planted.size else f"S[{slot}].extend(memoryview(ZEROS)[:{size - planted.size}])"
    allocated = resized(size, planted.blocks[1][0]) if size != planted.size else None
    if allocated is not None:
        planted.blocks[1] = (allocated, cell)
    planted.size = size
    return line


def free(slots_of, cell, slot, size):
    slots_of.pop(slot, None)
    return f"S[{slot}] = None"


def plant_by_thread(slots_of, cell, slot, size):
    slots_of[slot] = Planted("bytes", size, [(BYTES_HEAD + size, cell)])
    return f"thread(lambda: S.__setitem__({slot}, bytes({size})))"


def free_by_thread(slots_of, cell, slot, size):
    for each in range(slot, min(slot + 5, SLOTS)):
        slots_of.pop(each, None)
    return f"thread(lambda: pass_on({slot}, {min(slot + 5, SLOTS)}))"


def swap_by_threads(slots_of, cell, slot, size):
    """Two threads at a time: one frees what the other makes."""
    slots_of.pop(slot, None)
    return (
        f"def make(n={size % 3000 + 2}):\n    for i in range(300): S[{slot}] = bytes(n + i)\n"
        f"def drop():\n    for i in range(300): S[{slot}] = None\n"
        "pair = [threading.Thread(target=make), threading.Thread(target=drop)]\n"
        f"for t in pair: t.start()\nfor t in pair: t.join()\nS[{slot}] = pair = t = None"
    )


PLANTING = [plant_bytes, plant_string, plant_bytearray, resize, resize, free, plant_by_thread, free_by_thread, swap_by_threads]

NOISE = [
    "noise = list(range({n}))",
    "noise = [str(i) for i in range({n} % 3000)]",
    "noise = {{i: [i] for i in range({n} % 3000)}}",
    "noise = dict.fromkeys(range({n} % 20_000))\nfor i in list(noise)[::2]: del noise[i]",
    "noise = []\nfor i in range({n} % 30_000): noise.append(i)",
    "noise = [None] * {n}\nwhile len(noise) > 3: del noise[len(noise) // 2:]",
    "noise = set(map(str, range({n} % 2000)))",
    "noise = ''.join(str(i) for i in range({n} % 5000))",
    "noise = sorted(range({n} % 5000), key=lambda i: -i)",
    "class Node: pass\nfor i in range({n} % 500):\n    a, b = Node(), Node()\n    a.other, b.other = b, a",
    "gc.collect()",
    "def deep(n): return deep(n - 1) if n else bytes(600)\ndeep({n} % 600)",
    "def items():\n    for i in range({n} % 5000): yield [i]\nnoise = items(); next(noise, None)",
    "import json\nnoise = json.loads(json.dumps({{str(i): i * 0.5 for i in range({n} % 1000)}}))",
    "import numpy as np\nnoise = np.ones({n}); noise = noise * 2 + 1",
    "noise = bytearray()\nfor i in range({n} % 2000): noise += b'xyz' * (i % 50)",
    "noise = 'é' * ({n} % 3000); noise = noise.encode() + noise.encode('utf-16')",
    "noise = 3 ** ({n} % 4000)",
    "import re\nnoise = re.findall('[0-9]', str(3 ** ({n} % 2000)))",
    "print('x' * ({n} % 200))",
    "def late():\n    for i in range(200): T[i % len(T)] = bytes(i * 11)\nlater = threading.Thread(target=late); later.start()",
    "later = globals().pop('later', None)\nif later: later.join()",
    "import xmemory\nwith xmemory.measure() as m: noise = [bytes(i) for i in range({n} % 3000)]",
    "try:\n    noise = [bytes(700) for i in range({n} % 300)]; 1 / 0\nexcept ZeroDivisionError: pass",
]


@st.composite
def statements(draw):
    """Pairs: a function of the model that gives the code, or code; and its slot and size."""
    kind = st.one_of(st.sampled_from(PLANTING), st.sampled_from(NOISE))
    return draw(st.lists(st.tuples(kind, slots, sizes), min_size=1, max_size=7))


class Program(RuleBasedStateMachine):
    kernel = None  # set by the test
    programs = cells = freed_blocks = 0

    def __init__(self):
        super().__init__()
        self.planted = {}
        self.history = []
        Program.programs += 1
        self.noted(self.run(CLEAN), "ok")

    @property
    def next_cell(self):
        return self.last_cell + 1

    def code_of(self, chosen):
        cell = self.next_cell
        return "\n".join(
            kind.format(n=size % 100_000) if isinstance(kind, str) else kind(self.planted, cell, slot, size)
            for kind, slot, size in chosen
        )

    def run(self, code, **options):
        self.note(code)
        return self.kernel.run(code, timeout=120, **options)

    def note(self, code):
        Program.cells += 1
        self.history.append(code)

    @property
    def last_cell(self):
        return Program.number

    def noted(self, result, status):
        assert result.record["status"] == status, result.content
        Program.number = result.record["cell"]

    def story(self, difference):
        """What to read where a program has failed: a kernel remembers, so a second run need not fail as well."""
        cells = "\n".join(f"--- [{self.last_cell - len(self.history) + 1 + i}]\n{code}" for i, code in enumerate(self.history))
        return f"{difference}\nafter these cells, and those of {Program.programs} programs before:\n{cells}"

    @rule(chosen=statements())
    def a_cell(self, chosen):
        self.noted(self.run(self.code_of(chosen)), "ok")

    @rule(chosen=statements())
    def a_cell_with_an_error(self, chosen):
        self.noted(self.run(self.code_of(chosen) + "\n1/0"), "error")

    @rule(chosen=statements(), size=sizes)
    def a_cell_that_is_interrupted(self, chosen, size):
        code = self.code_of(chosen)
        self.note(code)
        loop = f"print('ready', flush=True)\nwhile True: turn = bytes({size}); turn = [turn] * 3; turn = None"
        msg_id = self.kernel.send(code + "\n" + loop)
        self.kernel.wait_output(msg_id, "ready", timeout=120)
        self.kernel.interrupt()
        self.noted(self.kernel.collect(msg_id, timeout=120), "interrupted")

    @precondition(lambda self: self.planted)
    @rule(chosen=st.sets(slots, min_size=1))
    def a_cell_that_only_frees(self, chosen):
        freed = {}
        for slot in chosen:
            planted = self.planted.pop(slot, None)
            for size, cell in planted.blocks if planted else ():
                freed[str(cell)] = freed.get(str(cell), 0) + size
                Program.freed_blocks += 1
        # No thread of an earlier cell works any more, and the names it binds are there already.
        self.noted(self.run("later = globals().get('later')\nif later: later.join()\nlater = None\nslot = 0"), "ok")
        result = self.run("".join(f"S[{slot}] = None\n" for slot in chosen))
        self.noted(result, "ok")
        found = result.record["freed_earlier_by_cell"]
        assert found == freed, self.story((found, freed))

    @invariant()
    def the_planted_blocks_have_their_cells_and_sizes(self):
        if not self.planted:
            return
        found = ledger_checker.evaluate(
            self.kernel,
            f"{{i: [__import__('xmemory')._block(a) for a in {ledger_checker.reader()}.blocks_of(x)]"
            " for i, x in enumerate(S) if x is not None}",
        )
        told = {int(i): [(block["asked_bytes"], block["cell"]) for block in blocks if block["is_learners"]] for i, blocks in found.items()}
        expected = {slot: planted.blocks for slot, planted in self.planted.items()}
        assert told == expected, self.story({slot: (told.get(slot), expected.get(slot)) for slot in {**told, **expected} if told.get(slot) != expected.get(slot)})

    def teardown(self):
        by_cell = {}
        for planted in self.planted.values():
            for size, cell in planted.blocks:
                by_cell[cell] = by_cell.get(cell, 0) + size
        cells = sorted(by_cell)
        still = ledger_checker.evaluate(self.kernel, f"[__import__('xmemory').cell(n)['still_in_use_bytes'] for n in {cells}]")
        assert all(found >= by_cell[cell] for cell, found in zip(cells, still)), (by_cell, still)
        ledger_checker.check(self.kernel)
