// How much objects take: alone, with all that they lead to, and what would be freed if they went. Several at once are looked at in one
// walk, so that what they share is seen. On the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cpython/heap_reach.hpp"
#include "magics/command.hpp"
#include "magics/named_values.hpp"

namespace xmemory::magics
{
    struct TypeSize
    {
        std::string type;
        std::int64_t objects = 0;
        std::int64_t bytes = 0;
        std::int64_t exclusive_bytes = 0;
    };

    // What is reached first through one attribute, key or range of elements.
    struct PartSize
    {
        std::string label; // ".rows", "['a']", "[0:2500]"
        std::int64_t objects = 0;
        cpython::BytesByOrigin bytes{};
    };

    struct ObjectSize
    {
        std::string label;
        std::string type;
        cpython::BytesByOrigin shallow{};
        cpython::BytesByOrigin deep{};
        std::int64_t objects = 0; // that it leads to, itself among them
        std::int64_t exclusive_bytes = 0;
        std::vector<TypeSize> types; // largest first
        std::vector<PartSize> parts; // largest first
        std::vector<PartSize> path;  // the largest part, the largest of that …: each label from the object on
    };

    struct ObjectSizes
    {
        std::vector<ObjectSize> each;
        std::int64_t together_bytes = 0; // each object once
        std::int64_t together_exclusive_bytes = 0;
        std::int64_t overlap_bytes = 0; // what more than one of them leads to
    };

    ObjectSizes measure_sizes(const std::vector<NamedValue>& values, const Progress& progress);
}
