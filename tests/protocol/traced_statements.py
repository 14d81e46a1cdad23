"""Statements of all kinds, for tracemalloc and the record to be asked about. x is there before each, and nothing else of theirs.

Those of EXCEPT have another peak in the record than tracemalloc tells, for the reason said there, by as much as said there.
"""

CONTAINERS = """
x = []
x = [1, 2, 3]
x = [None] * 1000
x = [0] * 100_000
x = list(range(10))
x = list(range(100_000))
x = list('abc' * 100)
x = [[] for _ in range(1000)]
x = [[i] for i in range(1000)]
x = [(i, i + 1) for i in range(1000)]
x = [i * i for i in range(10_000)]
x = [i * 1.5 for i in range(10_000)]
x = tuple(range(1000))
x = tuple([1, 2] * 500)
x = ()
x = (x, x)
x = {}
x = {'a': 1}
x = {i: i for i in range(1000)}
x = {i: str(i) for i in range(10_000)}
x = {str(i): [i] for i in range(1000)}
x = dict(a=1, b=2)
x = dict(zip(range(1000), range(1000)))
x = dict.fromkeys(range(10_000))
x = {**dict.fromkeys(range(100)), 'z': 1}
x = set()
x = set(range(10_000))
x = {i % 7 for i in range(1000)}
x = frozenset(range(1000))
x = set('hello world') | set(range(300))
x = set(range(1000)) - set(range(500))
x = [1, 2, 3] + list(range(1000))
x = list(range(1000))[::2]
x = list(range(1000))[::-1]
x = sorted(i * 7 % 10_007 for i in range(10_000))
x = sorted(range(1000), key=lambda i: -i)
x = list(reversed(range(1000)))
x = list(zip(range(1000), range(1000)))
x = list(enumerate('abc' * 100))
x = list(map(str, range(1000)))
x = list(filter(None, range(1000)))
x = max(range(10_000))
x = sum(range(10_000))
x = any(i == 500 for i in range(1000))
x = [i for i in range(1000) if i % 3]
x = [[0] * 100 for _ in range(100)]
x = {(i, j): i * j for i in range(30) for j in range(30)}
x = list({}.items())
x = [*range(100), *range(200)]
x = slice(1, 1000, 2)
x = range(10 ** 20)
x = memoryview(bytes(1000))
x = []; x.append(x)
x = list(range(1000)); del x[100:]
x = list(range(1000)); x.clear()
x = {i: i for i in range(1000)}; x.clear()
x = {i: i for i in range(1000)}; x.pop(3)
x = list(range(100)); x.insert(0, 1); x.extend(range(500)); x.pop()
x = bytearray(1000)
x = bytearray(b'abc' * 1000); x.extend(bytes(1000))
x = bytearray(); [x.append(i % 256) for i in range(3000)]
x = bytearray(100_000); del x[10:]
"""

STRINGS = """
x = 'a'
x = 'é' * 1000
x = '𝄞' * 1000
x = str(10 ** 100)
x = str(3.5)
x = repr(list(range(1000)))
x = ' '.join(str(i) for i in range(10_000))
x = ''.join(['ab'] * 1000)
x = 'a,b,c' * 100; x = x.split(',')
x = ('a' * 1000).upper()
x = ('a' * 1000).replace('a', 'bc')
x = f'{3.14159:.2f} {10:>20} {"x"!r}'
x = '%d %s %r' % (1, 'two', 3.0)
x = '{} {}'.format(1, 'b' * 600)
x = ('abc' * 500)[::-1]
x = ('abc' * 500)[5:900]
x = (('abc' + chr(10)) * 500).splitlines()
x = ('abc' * 300).encode()
x = ('é' * 300).encode('utf-16')
x = bytes(10_000_000)
x = bytes(range(256))
x = bytes(511)
x = bytes(479)
x = bytes(480)
x = bytes([1] * 600)
x = b'abc' * 1000
x = (b'abc' * 1000).decode()
x = (b'abc' * 300).hex()
x = ''.join(chr(i) for i in range(2000))
x = [c for c in 'hello' * 100]
x = 'x' * 600 + 'y' * 600
x = str(list(range(100))).strip('[]').split(', ')
x = 'ß'.casefold() * 500
x = ' pad '.center(700)
x = 'a b c'.title().partition(' ')
x = int('123456789' * 20)
x = 2 ** 10_000
x = 10 ** 50 // 7
x = 3.0 * 2
x = complex(1, 2) ** 2
x = [float(i) for i in range(200, 1000)]
x = int.from_bytes(bytes(range(1, 200)), 'big')
x = (2 ** 500).to_bytes(100, 'little')
x = hash('abc' * 100)
x = ascii('é' * 300)
"""

FUNCTIONS = """
x = lambda a: a
x = [lambda i=i: i for i in range(100)]
def x(): pass
def x(a, b=2, *c, d=4, **e): return a
def x():\\n    def y(): return x\\n    return y\\nx = x()
x = (lambda n: (lambda: n))(500)
x = (i for i in range(10))
x = (i for i in range(1000)); next(x)
x = sum(i for i in range(100_000))
x = list(i * 2 for i in range(1000))
def g():\\n    yield from range(1000)\\nx = list(g()); del g
def g():\\n    a = yield 1\\n    yield a\\nx = g(); next(x); x.send(300); del g
def f(n): return f(n - 1) if n else bytes(700)\\nx = f(50); del f
def f(*a, **k): return (a, k)\\nx = f(*range(1000), **{'a': 1}); del f
def f(): return [bytes(1000) for _ in range(100)]\\nf(); del f
def f():\\n    try: return bytes(800)\\n    finally: bytes(90_000)\\nx = f(); del f
x = list(map(lambda i: i * 2, range(1000)))
x = [(lambda: i)() for i in range(300)]
x = (lambda *a: a)(*range(300))
for i in range(1000): x = [i]\\ndel i
for i in range(500): x = {'i': i}\\ndel i
i = 0\\nwhile i < 1000: i += 1\\nx = i\\ndel i
x = [y := 600, y + 1]; del y
x = 1 if x else 2
a, *x = range(1000); del a
x, y = [1] * 500, [2] * 600; del y
x = globals
x = print
x = getattr(x, 'nothing', 1000)
x = callable(x) and id(x)
async def f(): return 1\\nx = f(); x.close(); del f
"""

CLASSES = """
class X: pass\\nx = X(); del X
class X: pass\\nx = [X() for _ in range(300)]; del X
class X:\\n    __slots__ = ('a', 'b')\\nx = [X() for _ in range(300)]; del X
class X:\\n    def __init__(self, n): self.n = n\\nx = [X(i) for i in range(300)]; del X
class X:\\n    def __init__(self, n): self.n = n\\nx = X(1); x.__dict__; del X
class X(list): pass\\nx = X(range(1000)); del X
class X(dict): pass\\nx = X(a=1); del X
class X:\\n    a = [0] * 1000\\n    def m(self): return self.a\\nx = X().m(); del X
class X(Exception): pass\\ntry: raise X(500)\\nexcept X as e: x = e.args\\ndel X
class X:\\n    @property\\n    def p(self): return [1] * 700\\nx = X().p; del X
class X:\\n    def __enter__(self): return bytes(700)\\n    def __exit__(self, *a): pass\\nwith X() as x: pass\\ndel X
x = type('Y', (), {'z': 1})
x = type('Y', (int,), {})(700)
x = object()
x = [object() for _ in range(1000)]
x = super
x = staticmethod(len)
x = property(len)
"""

ERRORS = """
try: 1 / 0\\nexcept ZeroDivisionError: x = 1
try: [][1]\\nexcept IndexError as e: x = str(e)
try: {}['a']\\nexcept KeyError as e: x = repr(e)
try: int('a' * 600)\\nexcept ValueError as e: x = str(e)
try: raise ValueError([0] * 1000)\\nexcept ValueError as e: x = e.args
try:\\n    try: 1 / 0\\n    except ZeroDivisionError: raise ValueError('a')\\nexcept ValueError as e: x = str(e)
try: None.attribute\\nexcept AttributeError as e: x = e
x = ValueError('a' * 700)
x = [KeyError(i) for i in range(300)]
try: bytes(10 ** 18)\\nexcept MemoryError: x = 5
"""

LIBRARIES = """
import json\\nx = json.dumps(list(range(1000)))
import json\\nx = json.loads('[1, 2, {"a": [3.5, null]}]' * 1)
import json\\nx = json.loads(json.dumps({str(i): [i] for i in range(500)}))
import json\\nx = json.dumps({'a': 'é' * 300}, ensure_ascii=False)
import re\\nx = re.findall('[0-9]+', '12 34 ' * 200)
import re\\nx = re.sub('a', 'bc', 'aXa' * 300)
import re\\nx = re.compile('a+b').match('aaab').span()
import re\\nx = re.split(',', 'a,b' * 200)
import decimal\\nx = decimal.Decimal('1.5') * 3
import decimal\\nx = [decimal.Decimal(i) / 7 for i in range(100)]
import fractions\\nx = fractions.Fraction(1, 3) + fractions.Fraction(2, 7)
import datetime\\nx = datetime.datetime(2024, 1, 2, 3, 4)
import datetime\\nx = [datetime.date(2024, 1, 1) + datetime.timedelta(i) for i in range(300)]
import datetime\\nx = datetime.datetime(2024, 1, 2).isoformat()
import collections\\nx = collections.deque(range(1000))
import collections\\nx = collections.Counter('hello world' * 50)
import collections\\nx = collections.OrderedDict((i, i) for i in range(300))
import collections\\nx = collections.defaultdict(list); [x[i % 7].append(i) for i in range(500)]
import collections\\nx = collections.ChainMap({}, {'a': 1})
import itertools\\nx = list(itertools.permutations(range(5)))
import itertools\\nx = list(itertools.chain(range(300), range(300)))
import itertools\\nx = list(itertools.accumulate(range(1000)))
import itertools\\nx = itertools.tee(range(300)); list(x[0])
import functools\\nx = functools.partial(max, 3, key=abs)
import functools\\nx = functools.reduce(lambda a, b: a + b, range(1000))
import functools\\nx = functools.lru_cache(maxsize=None)(lambda n: n * 2); [x(i) for i in range(300)]
import heapq\\nx = heapq.nsmallest(50, range(1000, 0, -1))
import array\\nx = array.array('d', range(1000))
import array\\nx = array.array('i', [1] * 500); x.append(3)
import struct\\nx = struct.pack('100d', *[1.5] * 100)
import io\\nx = io.StringIO('a' * 1000).read()
import io\\nx = io.BytesIO(bytes(2000)).getvalue()
import io\\nx = io.StringIO(); [x.write('abc') for _ in range(300)]; x = x.getvalue()
import copy\\nx = copy.deepcopy([[i] for i in range(200)])
import copy\\nx = copy.copy(list(range(1000)))
import pickle\\nx = pickle.loads(pickle.dumps(list(range(1000))))
import base64\\nx = base64.b64encode(bytes(900))
import hashlib\\nx = hashlib.sha256(b'a').hexdigest()
import zlib\\nx = zlib.compress(bytes(10_000))
import math\\nx = [math.sqrt(i) for i in range(500)]
import math\\nx = math.factorial(300)
import random\\nx = [random.Random(1).random() for _ in range(20)]
import statistics\\nx = statistics.mean([1, 2, 3, 4])
import string\\nx = string.Template('$a b').substitute(a='x' * 600)
import textwrap\\nx = textwrap.wrap('some words ' * 50)
import operator\\nx = sorted([(2, 'a'), (1, 'b')], key=operator.itemgetter(0))
import bisect\\nx = bisect.bisect([1, 2, 3], 2)
import uuid\\nx = uuid.UUID(int=5).hex
import ast\\nx = ast.literal_eval('[1, 2, (3, 4)]')
import weakref\\nx = weakref.ref(set)
import types\\nx = types.SimpleNamespace(a=1, b=[2])
import csv\\nx = list(csv.reader(['a,b,c'] * 100))
import urllib.parse\\nx = urllib.parse.quote('a b/é' * 60)
import contextlib\\nwith contextlib.suppress(KeyError): {}['a']
import dataclasses\\nx = dataclasses.field(default=3)
import numpy as np\\nx = np.ones(1_000_000)
import numpy as np\\nx = np.arange(300_000) * 2
import numpy as np\\nx = np.zeros((500, 500)).T.copy()
import numpy as np\\nx = np.concatenate([np.ones(9_000), np.ones(9_000)])
import numpy as np\\nx = np.ones(100_000).reshape(100, 1000)[5:]
"""


def statements_of(text):
    return [line.replace("\\n", "\n") for line in text.strip().splitlines()]


STATEMENTS = [
    each for text in (CONTAINERS, STRINGS, FUNCTIONS, CLASSES, ERRORS, LIBRARIES) for each in statements_of(text)
]

NUMPYS_CACHE = "numpy takes the number's 16 bytes from a cache of its own, which allocates nothing; it tells tracemalloc of them all the same"

# The reason, and the record's peak less tracemalloc's in bytes.
EXCEPT = {
    "import hashlib\nx = hashlib.sha256(b'a').hexdigest()": (
        "OpenSSL's own blocks come from malloc, where tracemalloc does not look",
        range(1, 5_000),
    ),
    "import numpy as np\nx = np.ones(1_000_000)": (NUMPYS_CACHE, [-16]),
    "import numpy as np\nx = np.arange(300_000) * 2": (NUMPYS_CACHE, [-16]),
}
