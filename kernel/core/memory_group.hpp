// The memory cgroup of this process, version 1 or 2: its limit, and how often the system's out-of-memory killer has ended one of
// its processes. Read from /sys/fs/cgroup; allocates. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace xmemory::core::memory_group
{
    // The lowest limit of the group and of those around it; nullopt without one.
    std::optional<std::int64_t> limit_bytes();

    // The file that counts the out-of-memory killer's deeds in this process's group, or in the whole system where there is no
    // group; empty where the system does not tell.
    std::string kills_file();
    // What such a file says now.
    std::optional<std::int64_t> read_kills(const std::string& file);
}
