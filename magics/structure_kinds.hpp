// The structures that %memory structures knows, as the Python that builds each.
#pragma once

#include <vector>

namespace xmemory::magics
{
    struct Collection
    {
        const char* name;
        const char* expression; // builds it of the list `items`
        const char* module;     // that it needs, or nullptr
        bool holds_values;      // numbers as plain bytes, and not the objects
    };
    const std::vector<Collection>& collections();

    struct Record
    {
        const char* name;
        const char* make; // a callable of two arguments, in the names of record_source
    };
    const std::vector<Record>& records();

    // The classes of the records, and fill(places, make, items), which puts make(item, item) in each place.
    extern const char* const record_source;
}
