#include "core/oom_kills.hpp"

#include <fstream>

#include "core/cgroups.hpp"

namespace xmemory::core::oom_kills
{
    std::string file()
    {
        for (const cgroups::Group& group : cgroups::groups_of_this_process(""))
        {
            std::string counts = group.folder + (group.is_v2 ? "/memory.events" : "/memory.oom_control");
            if (read(counts))
            {
                return counts;
            }
        }
        return read("/proc/vmstat") ? "/proc/vmstat" : "";
    }

    std::optional<std::int64_t> read(const std::string& file)
    {
        std::ifstream lines(file);
        std::string word;
        for (std::int64_t number = 0; lines >> word >> number;)
        {
            if (word == "oom_kill")
            {
                return number;
            }
        }
        return std::nullopt;
    }
}
