// The memory cgroups that this process is in, from its own up to the root of what it can see: v1 and v2. Reads /proc and the mounted
// hierarchies; allocates. Any thread, never from a hook.
#pragma once

#include <string>
#include <vector>

namespace xmemory::core::cgroups
{
    struct Group
    {
        std::string folder; // holds memory.max (v2) or memory.limit_in_bytes (v1)
        bool is_v2 = false;
    };

    // root: before /proc and /sys, empty for the system's own. Innermost first; empty where there is none.
    std::vector<Group> groups_of_this_process(const std::string& root);
}
