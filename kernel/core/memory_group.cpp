#include "core/memory_group.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

namespace xmemory::core::memory_group
{
    namespace
    {
        constexpr std::int64_t no_limit = std::int64_t{1} << 60; // version 1 says some such number for "none"

        struct Group
        {
            int version = 0; // 0: none is to be seen
            std::string mount;
            std::string path; // from the mount on
        };

        bool has_word(const std::string& list, const std::string& word)
        {
            std::istringstream words(list);
            for (std::string one; std::getline(words, one, ',');)
            {
                if (one == word)
                {
                    return true;
                }
            }
            return false;
        }

        // /proc/self/mountinfo: id parent device root mountpoint options … - type source options (proc(5)).
        struct Mount
        {
            std::string root;
            std::string point;
            std::string type;
            std::string options;
        };

        std::vector<Mount> mounts()
        {
            std::vector<Mount> all;
            std::ifstream file("/proc/self/mountinfo");
            for (std::string line; std::getline(file, line);)
            {
                std::istringstream words(line);
                std::string skipped;
                Mount mount;
                words >> skipped >> skipped >> skipped >> mount.root >> mount.point;
                while (words >> skipped && skipped != "-")
                {}
                words >> mount.type >> skipped >> mount.options;
                all.push_back(mount);
            }
            return all;
        }

        // A container sees its own group as the mount's root, while /proc/self/cgroup may still name it from the host's.
        std::string below_mount(const Mount& mount, const std::string& path, const char* file)
        {
            std::string below = path;
            if (mount.root != "/" && path.rfind(mount.root, 0) == 0)
            {
                below = path.substr(mount.root.size());
            }
            return access((mount.point + below + "/" + file).c_str(), R_OK) == 0 ? below : "";
        }

        // /proc/self/cgroup: number:controllers:path; version 2 has 0 and no controllers (cgroups(7)).
        Group own_group()
        {
            std::string path_1, path_2;
            std::ifstream file("/proc/self/cgroup");
            for (std::string line; std::getline(file, line);)
            {
                const auto first = line.find(':'), second = line.find(':', first + 1);
                if (second == std::string::npos)
                {
                    continue;
                }
                const std::string controllers = line.substr(first + 1, second - first - 1);
                if (has_word(controllers, "memory"))
                {
                    path_1 = line.substr(second + 1);
                }
                else if (controllers.empty())
                {
                    path_2 = line.substr(second + 1);
                }
            }
            for (const Mount& mount : mounts())
            {
                if (!path_1.empty() && mount.type == "cgroup" && has_word(mount.options, "memory"))
                {
                    return {1, mount.point, below_mount(mount, path_1, "memory.oom_control")};
                }
                if (path_1.empty() && mount.type == "cgroup2")
                {
                    return {2, mount.point, below_mount(mount, path_2, "memory.events")};
                }
            }
            return {};
        }

        std::optional<std::int64_t> number_after(const std::string& file, const std::string& name)
        {
            std::ifstream lines(file);
            std::string word;
            for (std::int64_t number = 0; lines >> word >> number;)
            {
                if (word == name)
                {
                    return number;
                }
            }
            return std::nullopt;
        }

        std::optional<std::int64_t> limit_of_version_2(const Group& group)
        {
            std::optional<std::int64_t> lowest;
            for (std::string path = group.path; !path.empty(); path.resize(path.rfind('/')))
            {
                std::ifstream file(group.mount + path + "/memory.max");
                std::int64_t limit = 0;
                if (file >> limit)
                {
                    lowest = std::min(lowest.value_or(limit), limit);
                }
            }
            std::ifstream file(group.mount + "/memory.max"); // there in a container, whose group is the root that it sees
            std::int64_t limit = 0;
            return file >> limit ? std::min(lowest.value_or(limit), limit) : lowest;
        }
    }

    std::optional<std::int64_t> limit_bytes()
    {
        const Group group = own_group();
        if (group.version == 2)
        {
            return limit_of_version_2(group);
        }
        const auto limit = group.version == 1 ? number_after(group.mount + group.path + "/memory.stat", "hierarchical_memory_limit")
                                              : std::nullopt;
        return limit && *limit < no_limit ? limit : std::nullopt;
    }

    std::string kills_file()
    {
        const Group group = own_group();
        const std::string file = group.mount + group.path + (group.version == 2 ? "/memory.events" : "/memory.oom_control");
        if (group.version != 0 && read_kills(file))
        {
            return file;
        }
        return read_kills("/proc/vmstat") ? "/proc/vmstat" : "";
    }

    std::optional<std::int64_t> read_kills(const std::string& file) { return number_after(file, "oom_kill"); }
}
