// How often the system's out-of-memory killer has ended a process near this one. Allocates; any thread, never from a hook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace xmemory::core::oom_kills
{
    // The file that counts them in this process's memory cgroup, or in the whole system where there is none; empty where the
    // system does not tell.
    std::string file();
    // What such a file says now.
    std::optional<std::int64_t> read(const std::string& file);
}
