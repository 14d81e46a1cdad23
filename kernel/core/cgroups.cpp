#include "core/cgroups.hpp"

#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>

namespace xmemory::core::cgroups
{
    namespace
    {
        struct Mount
        {
            std::string root;  // which group stands at the mount point
            std::string point; // where
        };

        bool has_word(const std::string& list, const std::string& word)
        {
            return ("," + list + ",").find("," + word + ",") != std::string::npos;
        }

        // A space in a path is written \040 (fs/proc_namespace.c, mangle).
        std::string unmangled(const std::string& text)
        {
            std::string plain;
            for (std::size_t at = 0; at < text.size(); ++at)
            {
                if (text[at] == '\\' && at + 3 < text.size())
                {
                    plain += static_cast<char>(std::stoi(text.substr(at + 1, 3), nullptr, 8));
                    at += 3;
                }
                else
                {
                    plain += text[at];
                }
            }
            return plain;
        }

        // A line of mountinfo: id parent device ROOT POINT options … - TYPE source SUPER-OPTIONS (proc(5)).
        std::optional<Mount> memory_mount(const std::string& root, bool v2)
        {
            std::ifstream file(root + "/proc/self/mountinfo");
            for (std::string line; std::getline(file, line);)
            {
                std::istringstream words(line);
                std::string skipped, type, source, options;
                Mount mount;
                words >> skipped >> skipped >> skipped >> mount.root >> mount.point;
                while (words >> skipped && skipped != "-")
                {}
                words >> type >> source >> options;
                if (v2 ? type == "cgroup2" : type == "cgroup" && has_word(options, "memory"))
                {
                    return Mount{unmangled(mount.root), unmangled(mount.point)};
                }
            }
            return std::nullopt;
        }

        // Lines of /proc/self/cgroup: id:controllers:path; v2 has id 0 and no controllers (cgroups(7)).
        std::optional<std::string> own_path(const std::string& root, bool v2)
        {
            std::ifstream file(root + "/proc/self/cgroup");
            for (std::string line; std::getline(file, line);)
            {
                const auto first = line.find(':'), second = line.find(':', first + 1);
                if (second == std::string::npos)
                {
                    continue;
                }
                const std::string controllers = line.substr(first + 1, second - first - 1);
                if (v2 ? controllers.empty() && line[0] == '0' : has_word(controllers, "memory"))
                {
                    return line.substr(second + 1);
                }
            }
            return std::nullopt;
        }

        // Below the mount point. Where the group's path is told as another namespace sees it, the mount point itself is the
        // nearest that can be seen: a container's own group stands there.
        std::string below(const Mount& mount, const std::string& path)
        {
            if (mount.root == "/" || mount.root.empty())
            {
                return path == "/" ? "" : path;
            }
            const bool inside = path.compare(0, mount.root.size(), mount.root) == 0 &&
                                (path.size() == mount.root.size() || path[mount.root.size()] == '/');
            return inside ? path.substr(mount.root.size()) : "";
        }

        void add_groups(const std::string& root, bool v2, std::vector<Group>& groups)
        {
            const auto mount = memory_mount(root, v2);
            const auto path = own_path(root, v2);
            if (!mount || !path)
            {
                return;
            }
            const std::string used = v2 ? "/memory.current" : "/memory.usage_in_bytes";
            std::string inner = below(*mount, *path);
            if (inner.find("..") != std::string::npos)
            {
                inner.clear();
            }
            for (;;)
            {
                const std::string folder = root + mount->point + inner;
                if (access((folder + used).c_str(), R_OK) == 0)
                {
                    groups.push_back({folder, v2});
                }
                if (inner.empty())
                {
                    return;
                }
                inner.erase(inner.find_last_of('/'));
            }
        }
    }

    std::vector<Group> groups_of_this_process(const std::string& root)
    {
        std::vector<Group> groups;
        add_groups(root, false, groups);
        add_groups(root, true, groups);
        return groups;
    }
}
