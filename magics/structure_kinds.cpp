#include "magics/structure_kinds.hpp"

namespace xmemory::magics
{
    const std::vector<Collection>& collections()
    {
        static const std::vector<Collection> all = {
            {"list", "list(items)", nullptr, false},
            {"tuple", "tuple(items)", nullptr, false},
            {"set", "set(items)", nullptr, false},
            {"frozenset", "frozenset(items)", nullptr, false},
            {"dict", "dict.fromkeys(items)", nullptr, false},
            {"deque", "deque(items)", "collections", false},
            {"array", "array(typecode, items)", "array", true},
            {"numpy", "numpy.array(items, dtype)", "numpy", true},
        };
        return all;
    }

    const std::vector<Record>& records()
    {
        static const std::vector<Record> all = {
            {"class with slots", "Slotted"}, {"tuple", "lambda x, y: (x, y)"},
            {"namedtuple", "Named"},         {"class", "Plain"},
            {"dataclass", "Data"},           {"dict", "lambda x, y: {'x': x, 'y': y}"},
        };
        return all;
    }

    const char* const record_source = R"(
from collections import namedtuple
from dataclasses import dataclass

class Plain:
    def __init__(self, x, y):
        self.x = x
        self.y = y

class Slotted:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x = x
        self.y = y

@dataclass
class Data:
    x: object
    y: object

Named = namedtuple("Named", "x y")

def fill(places, make, items):
    for place, item in enumerate(items):
        places[place] = make(item, item)
)";
}
