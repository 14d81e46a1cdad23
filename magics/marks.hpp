// The counts of all objects that %memory mark kept under a name, for %memory types --since. On the thread that runs the cells.
#pragma once

#include <string>

#include "magics/type_counts.hpp"

namespace xmemory::magics::marks
{
    // Takes the place of one of the same name. Throws UsageError where there are too many, and nothing was kept.
    void keep(const std::string& name, TypeCounts counts);
    // Throws UsageError where there is none of that name.
    const TypeCounts& named(const std::string& name);
    void forget(const std::string& name);
    void has_room_for(const std::string& name); // throws as keep() would, before anything is counted
}
