// What an object refers to, or what refers to it, as a tree of at most some 30 rows: the rest is folded into rows that say how many and
// how much. No code of the objects runs, and nothing is allocated in Python's heap. On the thread that runs the cells, with the GIL, as
// the tutor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "magics/command.hpp"
#include "magics/named_values.hpp"

namespace xmemory::magics
{
    struct ReferenceTree
    {
        struct Row
        {
            std::string name;     // how its parent holds it, or it its parent: ".rows", "[0]"; of the first, what was typed
            std::string type;     // empty where it stands for objects of several
            std::string value;    // of a number or a short string, as typed; else empty
            std::int64_t bytes = 0;
            std::int64_t objects = 1;
            std::size_t parent = 0; // comes before it; of the first, itself
            enum class Kind { object, with_all_below, more, more_like_this, keys, uncounted } kind = Kind::object;
        };
        struct Across
        {
            std::size_t from = 0;
            std::size_t to = 0;
            std::string name;
            bool closes_cycle = false; // from is reached from to, among what is shown
        };
        std::vector<Row> rows;
        std::vector<Across> across; // references between rows beside those of the tree
        std::int64_t objects = 0;   // that it leads to, itself among them; or that hold it directly
        std::int64_t bytes = 0;     // of these
        std::int64_t left_out = 0;  // references of shown objects to classes, modules and namespaces
    };

    inline constexpr std::size_t most_rows = 30;

    // Classes, modules and namespaces are no part of what refers to them. The rows' bytes add up to all that it leads to.
    ReferenceTree references_from(const NamedValue& value, int depth, const Progress& progress);

    // Row 0 is the object, each other a holder of its parent. Namespaces, classes and modules are shown, and not what holds them. A row
    // without an object tells how many references no object accounts for: those of running code and of C.
    ReferenceTree references_to(const NamedValue& value, int depth, const Progress& progress);
}
