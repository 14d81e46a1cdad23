# %%
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def moved(self, by):
        return type(self)(self.x + by, self.y + by)

    def __add__(self, other):
        return type(self)(self.x + other.x, self.y + other.y)

# %%
class Slim:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

# %%
points = [Point(n, -n) for n in range(2_000)]
slim = [Slim(n, -n) for n in range(2_000)]

# %%
total = points[0]
for point in points[1:]:
    total = total + point.moved(1)

# %%
kinds = [type(f"Kind{n}", (Point,), {"number": n}) for n in range(200)]

# %%
made = [kind(1, 2) for kind in kinds for _ in range(3)]

# %%
del kinds, made

# %%
import gc

gc.collect();

# %%
from abc import ABC, abstractmethod

class Shape(ABC):
    @abstractmethod
    def area(self): ...

class Square(Shape):
    def __init__(self, side):
        self.side = side

    @property
    def area(self):
        return self.side**2

isinstance(Square(2), Shape), issubclass(int, Shape)

# %%
from dataclasses import dataclass, field

@dataclass(order=True)
class Reading:
    time: int
    value: float = 0.5
    tags: list = field(default_factory=list)

# %%
readings = sorted(Reading(n % 100, n / 2) for n in range(1_000))

# %%
from enum import Enum, Flag

class Colour(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

class Right(Flag):
    READ = 1
    WRITE = 2

[Colour(n) for n in (1, 2, 3)], Right.READ | Right.WRITE

# %%
class TooMuch(Exception):
    def __init__(self, amount):
        super().__init__(f"{amount} is too much")
        self.amount = amount

def limited(amount):
    if amount > 3:
        raise TooMuch(amount)
    return amount

# %%
refused = []
for amount in range(6):
    try:
        limited(amount)
    except TooMuch as error:
        refused.append(error.amount)
    finally:
        refused.append(None)

# %%
limited(10)

# %%
def chained():
    try:
        limited(7)
    except TooMuch as error:
        raise ValueError("outer") from error

chained()

# %%
try:
    raise ExceptionGroup("two", [ValueError(1), KeyError("a")])
except* ValueError:
    pass
except* KeyError:
    pass

# %%
undefined_name

# %%
class Resource:
    def __enter__(self):
        self.held = bytes(100_000)
        return self

    def __exit__(self, *error):
        del self.held
        return True

with Resource() as resource:
    1 / 0

# %%
class Meta(type):
    def __new__(cls, name, bases, members):
        members["made_by"] = cls
        return super().__new__(cls, name, bases, members)

class Made(metaclass=Meta):
    pass

class MadeToo(Made):
    pass

# %%
class WithDel:
    gone = 0

    def __del__(self):
        WithDel.gone += 1

things = [WithDel() for _ in range(50)]
del things
WithDel.gone

# %%
from typing import Generic, NamedTuple, Protocol, TypeVar

T = TypeVar("T")

class Box(Generic[T]):
    def __init__(self, item: T):
        self.item = item

class Pair(NamedTuple):
    left: int
    right: str = ""

class Sized(Protocol):
    def size(self) -> int: ...

[Box(n) for n in range(10)], Pair(1, "a")

# %%
def recursive(n):
    return 0 if n == 0 else 1 + recursive(n - 1)

recursive(900)

# %%
recursive(100_000)

# %%
del points, slim, readings, total
gc.collect();
