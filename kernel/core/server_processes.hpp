// What JupyterHub's MEM_LIMIT is for: a user's server and all processes that it started, as jupyter-resource-usage adds them up.
// Reads /proc; allocates. Any thread, never from a hook.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace xmemory::core
{
    // Resident bytes of that server and of everything below it, but for this process. server 0: of what this process started.
    std::int64_t resident_of_others(const std::string& root, pid_t server);
}
