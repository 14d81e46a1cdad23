#include "core/server_processes.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace xmemory::core
{
    namespace
    {
        struct Process
        {
            pid_t parent = 0;
            std::int64_t resident_pages = 0;
        };

        // The name of the program stands in brackets, and may have any character in it (proc(5), /proc/pid/stat).
        Process read_stat(const std::string& path)
        {
            std::ifstream file(path);
            std::string line;
            std::getline(file, line);
            const auto end_of_name = line.rfind(')');
            Process process;
            if (end_of_name != std::string::npos)
            {
                std::istringstream fields(line.substr(end_of_name + 1));
                std::string field;
                constexpr int first = 3, parent = 4, resident = 24;
                for (int number = first; number <= resident && fields >> field; ++number)
                {
                    process.parent = number == parent ? std::atoi(field.c_str()) : process.parent;
                    process.resident_pages = number == resident ? std::atoll(field.c_str()) : process.resident_pages;
                }
            }
            return process;
        }

        std::map<pid_t, Process> all_processes(const std::string& root)
        {
            std::map<pid_t, Process> all;
            const std::string folder = root + "/proc/";
            if (DIR* directory = opendir(folder.c_str()))
            {
                while (const dirent* entry = readdir(directory))
                {
                    if (const pid_t number = std::atoi(entry->d_name); number > 0)
                    {
                        all[number] = read_stat(folder + entry->d_name + "/stat");
                    }
                }
                closedir(directory);
            }
            return all;
        }
    }

    std::int64_t resident_of_others(const std::string& root, pid_t server)
    {
        const pid_t own = getpid();
        const std::map<pid_t, Process> all = all_processes(root);
        std::multimap<pid_t, pid_t> children;
        for (const auto& [number, process] : all)
        {
            children.emplace(process.parent, number);
        }
        std::int64_t pages = 0;
        std::set<pid_t> seen;
        std::vector<pid_t> open = {server > 0 ? server : own};
        while (!open.empty())
        {
            const pid_t number = open.back();
            open.pop_back();
            const auto found = all.find(number);
            if (found == all.end() || !seen.insert(number).second)
            {
                continue;
            }
            pages += number == own ? 0 : found->second.resident_pages;
            for (auto [at, end] = children.equal_range(number); at != end; ++at)
            {
                open.push_back(at->second);
            }
        }
        return pages * sysconf(_SC_PAGESIZE);
    }
}
