// The items that %memory structures puts into each structure. On the thread that runs the cells, within a cell, with the GIL,
// as the tutor; what the learner's expression makes is the learner's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <pybind11/pybind11.h>

#include "magics/patience.hpp"

namespace xmemory::magics
{
    enum class ItemKind { integers, floats, strings, others };

    struct Items
    {
        pybind11::list list;
        ItemKind kind = ItemKind::others;
        pybind11::object missing; // equal to none of them

        std::int64_t count() const { return static_cast<std::int64_t>(list.size()); }
        bool are_numbers() const { return kind == ItemKind::integers || kind == ItemKind::floats; }
        // "100,000 numbers", "1 string", "3 items"
        std::string words() const;
        const char* noun() const; // "number", "string" or "item"
    };

    // text: an expression of the learner's names. An int N gives the numbers below N, anything iterable its items; no text gives
    // 100,000 numbers. Throws UsageError for what is neither, and the learner's own errors as pybind11::error_already_set.
    Items take_items(const std::string& text, Patience& patience);

    // What the objects in a collection take themselves, each once; nullopt where one may hold more than its own block: only
    // numbers, strings and bytes are known. structure: its items are the objects that it holds.
    std::optional<std::int64_t> bytes_of_items(const pybind11::object& structure);
}
