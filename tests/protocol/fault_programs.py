"""Programs whose large requests fail one by one: each makes some tens to hundreds of requests of more than 512 B, cleans up after
itself, and ends the same way each time it runs. Standing alone each is a program of plain Python too."""

PROGRAMS = {
    "lists": """
rows = []
for n in range(3000):
    rows.append([n] * 100)
rows.sort(key=lambda row: -row[0])
copy = rows[:] + rows[::2]
copy.extend(range(5000))
del rows, copy
""",
    "dicts": """
table = {}
for n in range(5000):
    table[f"key{n}"] = n
other = {**table, **{n: str(n) for n in range(2000)}}
for n in range(0, 5000, 2):
    del table[f"key{n}"]
table.update(other)
del table, other
""",
    "sets": """
numbers = set()
for n in range(20000):
    numbers.add(n)
union = numbers | {n * 3 for n in range(10000)}
both = numbers & union
frozen = frozenset(union)
del numbers, union, both, frozen
""",
    "strings": """
text = ""
for n in range(400):
    text = text + f"line {n}: " + "x" * 60
words = text.split("x")
joined = "-".join(words).upper().replace("LINE", "row" * 3)
wide = joined + "\\N{SNOWMAN}" * 2000
encoded = wide.encode("utf-8") + wide.encode("utf-16")
decoded = encoded[: len(wide.encode("utf-8"))].decode("utf-8")
del text, words, joined, wide, encoded, decoded
""",
    "bytes": """
import io
buffer = bytearray()
for n in range(300):
    buffer += bytes([n % 256]) * 200
view = memoryview(buffer)[100:5000].tobytes()
stream = io.BytesIO()
for n in range(100):
    stream.write(view)
value = stream.getvalue()
text = io.StringIO()
for n in range(500):
    text.write("some text " * 5)
lines = text.getvalue()
del buffer, view, stream, value, text, lines
""",
    "json": """
import json
data = [{"name": f"n{n}", "values": list(range(n % 50)), "text": "é" * 30} for n in range(300)]
text = json.dumps(data, indent=1)
back = json.loads(text)
assert back == data
del data, text, back
""",
    "pickle": """
import copy
import pickle
data = {n: (str(n) * 20, [n] * 80, {"a": n}) for n in range(200)}
blob = pickle.dumps(data, protocol=5)
back = pickle.loads(blob)
deep = copy.deepcopy(back)
del data, blob, back, deep
""",
    "numpy": """
import numpy as np
a = np.arange(10_000, dtype=float)
b = np.ones((100, 100)) @ np.ones((100, 100))
c = np.concatenate([a, b.ravel()]).reshape(200, 100)
d = np.sort(c, axis=0)[:, ::2].copy() + c.mean()
e = np.array([str(n) for n in range(2000)])
f = np.where(d > d.mean(), d, 0).cumsum()
del a, b, c, d, e, f
""",
    "pandas": """
import pandas as pd
frame = pd.DataFrame({"key": [n % 7 for n in range(2000)], "value": range(2000), "name": [f"n{n}" for n in range(2000)]})
groups = frame.groupby("key")["value"].agg(["sum", "mean"])
merged = frame.merge(groups, left_on="key", right_index=True)
text = merged.head(50).to_csv()
wide = frame.pivot_table(index="key", columns=frame["value"] % 3, values="value")
del frame, groups, merged, text, wide
""",
    "sqlite3": """
import sqlite3
base = sqlite3.connect(":memory:")
try:
    base.execute("create table t (a integer, b text)")
    base.executemany("insert into t values (?, ?)", [(n, "text" * 50) for n in range(1000)])
    base.execute("create index i on t (a)")
    found = base.execute("select a % 10, count(*), group_concat(b) from t group by a % 10").fetchall()
    del found
finally:
    base.close()
    del base
""",
    "re": """
import re
re.purge()
pattern = re.compile(r"(\\w+)\\s*=\\s*(\\d+|'[^']*')(?:;|$)|(?P<rest>[a-z]{3,20}?\\d*)")
text = "; ".join(f"name{n} = {n}" for n in range(500)) + ";abcdefgh" * 200
found = pattern.findall(text)
changed = pattern.sub(lambda match: match.group(0) * 2, text)
pieces = re.split(r"[;=]", text)
del pattern, text, found, changed, pieces
""",
    "threads": """
import queue
import threading
done = queue.Queue()
def work(number):
    made = []
    try:
        for n in range(30):
            made.append([number] * 200)
            made.append("x" * 2000)
    finally:
        done.put(len(made))
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
results = [done.get() for _ in threads]
del done, work, threads, thread, results
""",
    "generators": """
import itertools
def numbers(stop):
    held = [0] * 300
    for n in range(stop):
        held[n % 300] = n
        yield sum(held[:10])
def chained(depth):
    if depth:
        block = bytearray(1000)
        yield len(block)
        yield from chained(depth - 1)
total = sum(itertools.chain(numbers(500), chained(40)))
pairs = list(zip(numbers(300), itertools.accumulate(numbers(300))))
groups = {key: list(group) for key, group in itertools.groupby(sorted(numbers(300)), key=lambda n: n // 50)}
del numbers, chained, total, pairs, groups
""",
    "classes": """
import dataclasses
import enum
def make(n):
    class Base:
        table = list(range(100))
        def __init__(self):
            self.items = [0] * 100
    class Derived(Base):
        __slots__ = ("extra",)
        def __init__(self):
            super().__init__()
            self.extra = {k: k for k in range(50)}
    return Derived()
objects = [make(n) for n in range(15)]
Point = dataclasses.make_dataclass("Point", ["x", "y", "z"])
Colour = enum.Enum("Colour", [f"C{n}" for n in range(30)])
points = [Point(n, [n] * 100, Colour.C1) for n in range(50)]
del make, objects, Point, Colour, points
""",
    "exceptions": """
import traceback
def deep(n):
    held = [n] * 100
    if n == 0:
        raise ValueError("x" * 1000)
    try:
        deep(n - 1)
    except ValueError as error:
        raise KeyError(f"level {n}" * 80) from error
texts = []
for n in range(5):
    try:
        deep(12)
    except KeyError as error:
        texts.append(traceback.format_exc())
try:
    raise ExceptionGroup("several", [ValueError([0] * 200), TypeError("t" * 900)])
except* ValueError as group:
    texts.append(str(group))
except* TypeError:
    pass
del deep, texts
""",
    "asyncio": """
import asyncio
import threading
async def one(n, jobs):
    block = bytearray(2000)
    await asyncio.sleep(0)
    await jobs.put((n, block))
    return [n] * 150
async def all_of_them():
    jobs = asyncio.Queue()
    results = await asyncio.gather(*(one(n, jobs) for n in range(20)), return_exceptions=True)
    return len(results), jobs.qsize()
def run():
    try:
        outcome.append(asyncio.run(all_of_them()))
    except MemoryError:
        outcome.append(None)
outcome = []
thread = threading.Thread(target=run)
thread.start()
thread.join()
del one, all_of_them, run, outcome, thread
""",
    "files": """
import csv
import io
import os
import tempfile
path = os.path.join(tempfile.gettempdir(), f"xmemory-faults-{os.getpid()}.csv")
try:
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([n, "text" * 30, n * n] for n in range(300))
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    with open(path, "rb") as file:
        raw = file.read()
    del rows, raw
finally:
    if os.path.exists(path):
        os.unlink(path)
    del path
""",
    "compression": """
import base64
import bz2
import hashlib
import zlib
data = b"".join(str(n).encode() * 20 for n in range(500))
packed = zlib.compress(data) + bz2.compress(data)
stream = zlib.decompressobj()
back = stream.decompress(packed)
text = base64.b64encode(data)
digest = hashlib.sha256(text).hexdigest()
del data, packed, stream, back, text, digest
""",
    "collections": """
import collections
import heapq
import array
counts = collections.Counter(n % 997 for n in range(5000))
order = collections.OrderedDict((n, [n] * 70) for n in range(100))
order.move_to_end(3)
ring = collections.deque(range(2000), maxlen=1500)
ring.rotate(100)
groups = collections.defaultdict(list)
for n in range(2000):
    groups[n % 5].append(n)
heap = []
for n in range(1000):
    heapq.heappush(heap, -n)
numbers = array.array("d", range(3000))
numbers.extend(range(2000))
best = counts.most_common(500)
del counts, order, ring, groups, heap, numbers, best
""",
    "compiling": """
import ast
import textwrap
source = "\\n".join(f"def f{n}(a, b={n}):\\n    return [a + b * {n} for _ in range(3) if a not in (1, 2, {n})]" for n in range(60))
tree = ast.parse(source)
code = compile(tree, "<made>", "exec")
space = {}
exec(code, space)
results = [space[f"f{n}"](n) for n in range(60)]
shown = ast.unparse(tree)
wrapped = textwrap.fill(shown, 60)
del source, tree, code, space, results, shown, wrapped
""",
    "big numbers": """
import decimal
import fractions
import math
number = math.factorial(900)
text = str(number)
back = int(text)
power = pow(7, 9000)
root = math.isqrt(power)
with decimal.localcontext() as context:
    context.prec = 3000
    third = decimal.Decimal(1) / 3
    more = third * third + decimal.Decimal(number)
part = fractions.Fraction(number, power)
del number, text, back, power, root, third, more, part, context
""",
    "xml": """
import xml.etree.ElementTree as tree
from xml.sax.saxutils import escape
root = tree.Element("root")
for n in range(200):
    child = tree.SubElement(root, "child", name=f"n{n}")
    child.text = escape("<text>" * 20)
text = tree.tostring(root)
back = tree.fromstring(text)
found = [child.get("name") for child in back.iter("child")]
del root, child, text, back, found
""",
}
