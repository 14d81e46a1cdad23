"""Three small whole programs of the kinds that people write: numbers in lists, objects that call each other, text and trees."""

import heapq
import re


def planets(steps=6_000):
    """Five bodies that attract each other, moved step by step. The energy at the end."""
    bodies = [
        # position, velocity, mass
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0),
        ([1.0, 0.0, 0.1], [0.0, 1.0, 0.0], 1e-3),
        ([-1.9, 0.4, 0.0], [0.1, -0.7, 0.0], 3e-4),
        ([0.2, 3.1, -0.2], [-0.55, 0.0, 0.05], 5e-5),
        ([4.0, -3.0, 0.3], [0.25, 0.35, 0.0], 4e-5),
    ]
    pairs = [(one, other) for n, one in enumerate(bodies) for other in bodies[n + 1 :]]
    for _ in range(steps):
        for (place, speed, mass), (other_place, other_speed, other_mass) in pairs:
            dx, dy, dz = (here - there for here, there in zip(place, other_place))
            pull = 0.002 / (dx * dx + dy * dy + dz * dz + 1e-6) ** 1.5
            for axis, distance in enumerate((dx, dy, dz)):
                speed[axis] -= distance * other_mass * pull
                other_speed[axis] += distance * mass * pull
        for place, speed, _ in bodies:
            for axis in range(3):
                place[axis] += 0.002 * speed[axis]
    return sum(0.5 * mass * sum(v * v for v in speed) for _, speed, mass in bodies)


class Message:
    def __init__(self, kind, data):
        self.kind = kind
        self.data = data


class Task:
    """Takes messages from its queue and says whom to send others to, and when."""

    def __init__(self, name, system):
        self.name = name
        self.system = system
        self.handled = 0

    def handle(self, message):
        self.handled += 1
        getattr(self, "on_" + message.kind)(message.data)

    def on_tick(self, turn):
        raise NotImplementedError


class Producer(Task):
    def on_tick(self, turn):
        self.system.send(turn % 7 + 1, f"worker{turn % 5}", Message("order", {"number": turn, "parts": [turn % 3, turn % 4]}))
        self.system.send(2, self.name, Message("tick", turn + 1))


class Worker(Task):
    def on_order(self, order):
        result = {**order, "total": sum(order["parts"]), "by": self.name}
        self.system.send(1 + order["number"] % 3, "store", Message("result", result))


class Store(Task):
    def __init__(self, name, system):
        super().__init__(name, system)
        self.totals = {}

    def on_result(self, result):
        by = result["by"]
        self.totals[by] = self.totals.get(by, 0) + result["total"]


class System:
    def __init__(self):
        self.clock = 0
        self.sent = 0
        self.waiting = []
        self.tasks = {}

    def add(self, task):
        self.tasks[task.name] = task

    def send(self, delay, name, message):
        self.sent += 1
        heapq.heappush(self.waiting, (self.clock + delay, self.sent, name, message))

    def run(self, end):
        while self.waiting and self.clock < end:
            self.clock, _, name, message = heapq.heappop(self.waiting)
            self.tasks[name].handle(message)


def scheduler(end=30_000):
    """Tasks that send each other messages, in the order of a clock. How many messages were sent."""
    system = System()
    system.add(Producer("producer", system))
    system.add(Store("store", system))
    for n in range(5):
        system.add(Worker(f"worker{n}", system))
    system.send(0, "producer", Message("tick", 0))
    system.run(end)
    return system.sent


TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z]+)|(?P<sign>[-+*()]))")


class Formula:
    """Reads sums and products of numbers and names into a tree of tuples."""

    def __init__(self, text):
        self.tokens = [(found.lastgroup, found[found.lastgroup]) for found in TOKEN.finditer(text)]
        self.at = 0
        self.tree = self.sum()

    def takes(self, *signs):
        if self.at < len(self.tokens) and self.tokens[self.at][1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def sum(self):
        left = self.product()
        while sign := self.takes("+", "-"):
            left = (sign, left, self.product())
        return left

    def product(self):
        left = self.atom()
        while self.takes("*"):
            left = ("*", left, self.atom())
        return left

    def atom(self):
        if self.takes("("):
            inner = self.sum()
            self.takes(")")
            return inner
        kind, text = self.tokens[self.at]
        self.at += 1
        return float(text) if kind == "number" else text


def derivative(tree, name):
    if not isinstance(tree, tuple):
        return 1.0 if tree == name else 0.0
    sign, left, right = tree
    if sign == "*":
        return ("+", ("*", derivative(left, name), right), ("*", left, derivative(right, name)))
    return (sign, derivative(left, name), derivative(right, name))


def simplified(tree):
    if not isinstance(tree, tuple):
        return tree
    sign, left, right = tree[0], simplified(tree[1]), simplified(tree[2])
    if isinstance(left, float) and isinstance(right, float):
        return {"+": left + right, "-": left - right, "*": left * right}[sign]
    if sign == "*" and 0.0 in (left, right):
        return 0.0
    if sign == "*" and left == 1.0 or sign == "+" and left == 0.0:
        return right
    if right == (1.0 if sign == "*" else 0.0):
        return left
    return (sign, left, right)


def written(tree):
    return f"({written(tree[1])} {tree[0]} {written(tree[2])})" if isinstance(tree, tuple) else str(tree)


def formulas(count=700):
    """Reads formulas, takes two derivatives of each, simplifies and writes them. The length of all that was written."""
    length = 0
    for n in range(count):
        text = f"(x + {n}) * (y - 2.5 * x) * (x * x + {n % 7} * y) - z * ({n} + x * (z - 1)) + {n / 8} * x * y * z"
        tree = Formula(text).tree
        for name in ("x", "y"):
            tree = simplified(derivative(tree, name))
            length += len(written(tree))
    return length
