"""Objects that no observer may touch: once armed, each method of theirs aborts the process. Run as a cell of a kernel.

hostile: {kind: object}. Classes and objects are made with harmless methods, since making them calls some; `arm(os.abort)` decides what
a call does from then on, `arm(None)` ends it. Of `silent` no method can be written in Python: there is only memory to be misread.
"""
import abc, array, asyncio, collections, contextlib, ctypes, datetime, decimal, enum, fractions, functools, io, itertools, mmap
import operator, os, pathlib, queue, random, struct, sys, threading, types, weakref
import numpy as np
import pandas as pd

METHODS = """
__abs__ __add__ __aenter__ __aexit__ __aiter__ __and__ __anext__ __array__ __array_finalize__ __array_function__
__array_interface__ __array_ufunc__ __array_wrap__ __await__ __bool__ __buffer__ __bytes__ __call__ __ceil__ __class_getitem__
__complex__ __contains__ __copy__ __dataframe__ __deepcopy__ __del__ __delattr__ __delete__ __delitem__ __dir__ __divmod__
__enter__ __eq__ __exit__ __float__ __floor__ __floordiv__ __format__ __fspath__ __ge__ __get__ __getattr__ __getattribute__
__getformat__ __getinitargs__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __gt__ __hash__ __iadd__ __iand__
__imul__ __index__ __init_subclass__ __instancecheck__ __int__ __invert__ __ior__ __isub__ __iter__ __ixor__ __le__ __len__
__length_hint__ __lshift__ __lt__ __matmul__ __missing__ __mod__ __mro_entries__ __mul__ __ne__ __neg__ __next__ __or__ __pos__
__pow__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __repr__ __reversed__ __rlshift__ __rmod__ __rmul__ __ror__
__round__ __rpow__ __rrshift__ __rshift__ __rsub__ __rtruediv__ __rxor__ __set__ __set_name__ __setattr__ __setitem__
__setstate__ __sizeof__ __str__ __sub__ __subclasscheck__ __subclasshook__ __truediv__ __trunc__ __xor__
_repr_html_ _repr_mimebundle_ _repr_pretty_ _ipython_display_ _ipython_canary_method_should_not_exist_
""".split()
ATTRIBUTES = """__annotations__ __class__ __dict__ __doc__ __module__ __name__ __qualname__ __slots__ __weakref__ __wrapped__ __self__
__func__ __code__ __closure__ __defaults__ __globals__ __traceback__ __cause__ base data dtype nbytes shape size itemsize gi_frame
cell_contents f_locals memory_usage index values _objects""".split()

act = None


def arm(action):
    global act
    act = action


def method(name):
    def run(*args, **keywords):
        if act is not None:
            if act is os.abort:
                os.write(2, f"{name} was run\n".encode())
            act()
        return NotImplemented

    return run


def hostile_class(cls, names=METHODS, attributes=()):
    """Set one by one, as some cannot be set on some classes."""
    for name in [*names, *attributes]:
        try:
            setattr(cls, name, method(name) if name in names else property(method(name)))
        except (TypeError, AttributeError):
            pass
    return cls


def lying(name, bases, *attributes):
    """A class with these attributes as properties; of some, type would take a value that is set later for the class's own."""
    return type(name, bases, {attribute: property(method(attribute)) for attribute in attributes})


hostile, silent, kept = {}, {}, []


def add(kind, one):
    assert kind not in hostile and kind not in silent, kind
    hostile[kind] = one


# 1. One method each: none hides another.
for name in METHODS:
    one = type("One", (), {})()
    hostile_class(type(one), [name])
    add(f"an object with {name}", one)
for name in ATTRIBUTES:
    if name not in ("__slots__", "__qualname__"):
        one = lying("Lying", (), name)()
        add(f"an object whose {name} is a property", one)

# 2. All methods at once, over each base that an observer might know how to read.
BASES = {
    "object": lambda c: c(), "str": lambda c: c("text"), "a long str": lambda c: c("text" * 1000), "a wide str": lambda c: c("\u2603" * 9),
    "int": lambda c: c(10**30), "float": lambda c: c(1.5), "complex": lambda c: c(1j), "bytes": lambda c: c(b"bytes"),
    "bytearray": lambda c: c(b"bytes" * 200), "dict": lambda c: c(one=1), "list": lambda c: c([1, 2]), "tuple": lambda c: c((1, 2)),
    "set": lambda c: c({1, 2}), "frozenset": lambda c: c({1, 2}), "collections.OrderedDict": lambda c: c(one=1),
    "collections.defaultdict": lambda c: c(None, one=1), "collections.Counter": lambda c: c("abc"),
    "collections.deque": lambda c: c([1, 2]), "collections.ChainMap": lambda c: c({}), "collections.UserDict": lambda c: c(one=1),
    "array.array": lambda c: c("d", range(99)), "Exception": lambda c: c("text"), "types.ModuleType": lambda c: c("text"),
    "property": lambda c: c(len), "staticmethod": lambda c: c(len), "classmethod": lambda c: c(len),
    "types.SimpleNamespace": lambda c: c(one=1), "weakref.ref": lambda c: c(method), "functools.partial": lambda c: c(len, "text"),
    "io.StringIO": lambda c: c("text"), "io.BytesIO": lambda c: c(b"bytes"), "threading.local": lambda c: c(),
    "random.Random": lambda c: c(1), "decimal.Decimal": lambda c: c(1), "fractions.Fraction": lambda c: c(1, 3),
    "datetime.datetime": lambda c: c(2000, 1, 1), "itertools.count": lambda c: c(), "itertools.chain": lambda c: c([1], [2]),
    "zip": lambda c: c([1], [2]), "map": lambda c: c(len, []), "enumerate": lambda c: c([1]), "reversed": lambda c: c("text"),
    "filter": lambda c: c(len, []), "super": lambda c: c(int, 1), "queue.Queue": lambda c: c(), "pathlib.PurePosixPath": lambda c: c("a"),
    "asyncio.Event": lambda c: c(), "contextlib.ExitStack": lambda c: c(), "np.ndarray": lambda c: np.ones(99).view(c),
    "np.float64": lambda c: c(1.5), "np.matrix": lambda c: c([[1.0, 2.0]]), "pd.Series": lambda c: c([1, 2]),
    "pd.DataFrame": lambda c: c({"one": [1, 2]}), "mmap.mmap": lambda c: c(-1, 4096), "ctypes.c_int": lambda c: c(1),
    "ctypes.c_char_p": lambda c: c(b"bytes"), "ctypes.c_void_p": lambda c: c(0xDEAD0000),
    "ctypes.Structure": lambda c: c(1, 2), "ctypes.Union": lambda c: c(1),
}
for base, make in BASES.items():
    place = base.removeprefix("a long ").removeprefix("a wide ")
    body = {"_fields_": [("one", ctypes.c_long), ("two", ctypes.c_char * 40)]} if "Structure" in base or "Union" in base else {}
    if place == "ctypes.Structure":
        make = lambda c: c(1, b"two")
    one = make(type("Of" + place.replace(".", ""), (eval(place),), body))
    hostile_class(type(one), METHODS, [n for n in ATTRIBUTES if n in ("__class__", "__dict__", "nbytes", "shape")])
    add(f"a subclass of {base}", one)
slots = type("Slots", (), {"__slots__": ("one", "two", "__weakref__")})()
slots.one = slots
add("slots that hold themselves", slots)
hostile_class(type(slots))
touched = type("Touched", (), {})()
touched.__dict__["other"] = [touched]
add("an instance with a dict of its own", touched)
hostile_class(type(touched))
colours = enum.Enum("Colours", "RED GREEN").RED
hostile_class(type(colours))
add("a member of an enumeration", colours)
record = collections.namedtuple("Record", "one two")(1, 2)
hostile_class(type(record))
add("a named tuple", record)

# 3. Classes whose class is hostile.
for names in (["mro"], ["__getattribute__"], ["__repr__"], ["__instancecheck__", "__subclasscheck__"], ["__hash__", "__eq__"], ["__call__"],
              ["__dir__"], ["__prepare__", "__iter__", "__len__"], METHODS):
    meta = type("Meta", (type,), {})
    cls = meta("Made", (), {})
    one = cls()
    hostile_class(cls)
    hostile_class(meta, names, ["__name__", "__module__", "__qualname__", "__mro__", "__bases__", "__dict__", "__doc__"])
    add(f"a class whose metaclass has {names[0]}{' and more' if len(names) > 2 else ''}", cls)
    add(f"an instance of a class whose metaclass has {names[0]}{' and more' if len(names) > 2 else ''}", one)
checked = abc.ABCMeta("Abstract", (), {})
hostile_class(checked, ["__subclasshook__", *METHODS])
add("an abstract class", checked())

# 4. Names: strings with methods, as keys of namespaces and of dicts. They are made before they are armed, since that hashes them.
Name = type("Name", (str,), {})
names = types.ModuleType("hostile_names")
holder = type("Holder", (), {})()
holder.__dict__[Name("strange")] = 1
names.__dict__[Name("stranger")] = holder
sys.modules["hostile_names"] = names
add("an instance with an attribute's name that is no plain str", holder)
add("a dict with such keys", type("Keyed", (dict,), {})({Name("one"): 1, Name("two"): 2}))
hostile_class(type(hostile["a dict with such keys"]))
hostile_class(type(holder))
hostile_class(Name)

# 5. Those that other code stands for: proxies, descriptors, callbacks, frames.
class Proxy:
    def __init__(self, of): object.__setattr__(self, "_of", of)
for of in (None, int, {}, np.ones(3)):
    one = lying("LazyProxy", (Proxy,), "__class__", "__dict__")(of)
    hostile_class(type(one), METHODS, ATTRIBUTES)
    add(f"a lazy proxy of {type(of).__name__}{' the class' if of is int else ''}", one)
proxy_module = type("LazyModule", (types.ModuleType,), {})("lazy_module")
sys.modules["lazy_module"] = proxy_module
hostile_class(type(proxy_module), METHODS, ["__dict__", "__name__", "__spec__", "__file__", "__loader__"])
add("a lazy module in sys.modules", proxy_module)
Target = type("Target", (), {})
target = Target()
kept.append(target)
add("a weak proxy", weakref.proxy(target))
hostile_class(Target)
silent["a weak reference with a callback"] = weakref.ref(target, method("callback"))


def generator(one):
    held = [one]
    yield held


async def coroutine(one):
    held = [one]
    await asyncio.sleep(0)


for kind, make in {"generator": generator, "coroutine": coroutine}.items():
    silent[f"a {kind} that holds one"] = make(slots)
next(silent["a generator that holds one"])
silent["a function with one as default"] = lambda one=slots: one
silent["a closure over one"] = (lambda one: lambda: one)(slots)
silent["a bound method of one"] = types.MethodType(method("bound"), slots)
silent["a cached function with one as argument"] = functools.lru_cache(lambda one=None: [touched])
silent["a cached function with one as argument"]()
try:
    raise type("Raised", (Exception,), {})(slots)
except Exception as error:
    hostile_class(type(error))
    add("an exception with a traceback", error)

# 6. Memory that looks like an object, in buffers that lie where objects lie.
Forged = hostile_class(type("Forged", (), {}))
kept.append(Forged())
for size in (32, 64, 512, 4096):
    for name, of in {"a hostile class": Forged, "list": list, "dict": dict, "tuple": tuple, "type": type, "str": str}.items():
        header = struct.pack("nP", 1, id(of))
        kept.append(bytearray((header + b"\xaa" * size)[:size - 1]))
    kept.append(b"\0" * 16 + (struct.pack("nP", 1, id(Forged)) * (size // 16)))
silent["buffers that look like objects"] = kept
silent["a view of a forged buffer"] = memoryview(next(one for one in kept if type(one) is bytearray))
silent["an array of forged headers"] = array.array("Q", [1, id(Forged)] * 20)
silent["a ctypes buffer of forged headers"] = ctypes.create_string_buffer(struct.pack("nP", 1, id(list)) * 4, 64)
silent["numpy's forged headers"] = np.array([1, id(dict)] * 30, dtype=np.uint64)
silent["a wild pointer"] = ctypes.cast(0xDEAD0000, ctypes.POINTER(ctypes.c_long))
silent["an object pointer of nothing"] = ctypes.py_object()
silent["a callback from C"] = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(method("from C"))
silent["numpy's objects"] = np.full(4, None, dtype=object)
for place, one in enumerate((slots, touched, target)):
    silent["numpy's objects"][place] = one
silent["numpy's records of objects"] = np.zeros(3, dtype=[("one", object), ("two", "i4")])
silent["objects never set"] = np.empty(50, dtype=object)

# 7. In containers, in rings, and in rings that nothing holds.
silent["a list of all"] = list(hostile.values())
silent["a dict of all"] = dict(hostile)
silent["a tuple of a tuple of all"] = (tuple(hostile.values()),) * 3
silent["a deque of all"] = collections.deque(hostile.values())
Ring = type("Ring", (), {})
for number in range(20):
    ring = [Ring() for _ in range(3)]
    for one, other in zip(ring, ring[1:] + ring[:1]):
        one.other = other
del ring, one, other
hostile_class(Ring, [name for name in METHODS if name != "__del__"])  # a collection may end them


def is_seen(one):
    """Whether a method runs where an object is used in as many ways as there are."""
    seen = []

    def note():
        seen.append(1)
        raise RuntimeError  # or something would go on for ever

    ways = [repr, str, hash, bool, len, iter, next, dir, format, abs, int, float, complex, round, bytes, reversed, list, vars,
            sys.getsizeof, operator.index, operator.invert, operator.neg, operator.pos, os.fspath, callable, isinstance]
    ways += [lambda o, f=f: f(o, 1) for f in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
             operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
             operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift, operator.matmul, divmod, operator.contains,
             operator.getitem, isinstance, issubclass, operator.iadd, operator.isub, operator.imul, operator.iand, operator.ior,
             operator.ixor)]
    ways += [lambda o, f=f: f(1, o) for f in (operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, operator.pow,
             operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift, divmod, isinstance)]
    ways += [lambda o, n=n: getattr(o, n) for n in ATTRIBUTES]
    ways += [lambda o, n=n: getattr(type(o), n)(o) for n in METHODS]
    ways += [lambda o: o.nothing, lambda o: setattr(o, "x", 1), lambda o: delattr(o, "x"), lambda o: type.mro(o), lambda o: o.mro()]
    arm(note)
    for way in ways:
        try:
            way(one)
        except Exception:
            pass
    arm(None)
    return bool(seen)
