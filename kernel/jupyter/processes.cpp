#include "jupyter/processes.hpp"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include "core/black_box.hpp"
#include "jupyter/interrupts.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        std::vector<pid_t> all_processes()
        {
            std::vector<pid_t> processes;
            DIR* proc = opendir("/proc");
            while (const dirent* entry = proc ? readdir(proc) : nullptr)
            {
                if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
                {
                    processes.push_back(std::atoi(entry->d_name));
                }
            }
            if (proc != nullptr)
            {
                closedir(proc);
            }
            return processes;
        }

        // Only where the kernel leads its group, as Jupyter starts it: else the group is the user's shell and more.
        std::vector<pid_t> children_in_group()
        {
            std::vector<pid_t> children;
            if (getpgrp() == getpid())
            {
                for (const pid_t process : all_processes())
                {
                    if (process != getpid() && read_process(process).group == getpid())
                    {
                        children.push_back(process);
                    }
                }
            }
            return children;
        }

        bool is_ancestor(pid_t process)
        {
            for (pid_t ancestor = getppid(); ancestor > 0; ancestor = read_process(ancestor).parent)
            {
                if (ancestor == process)
                {
                    return true;
                }
            }
            return false;
        }

        // The learner's code is given a moment to end well.
        [[noreturn]] void end_after_parent()
        {
            core::black_box::close();
            interrupt_cell();
            std::this_thread::sleep_for(std::chrono::milliseconds(500));
            end_process(1);
        }
    }

    ProcessStat read_process(pid_t process)
    {
        std::ifstream file("/proc/" + std::to_string(process) + "/stat");
        std::string line;
        std::getline(file, line);
        const auto after_name = line.rfind(')');
        if (after_name == std::string::npos)
        {
            return {};
        }
        std::istringstream fields(line.substr(after_name + 1));
        std::vector<std::string> words;
        for (std::string word; fields >> word;)
        {
            words.push_back(word);
        }
        if (words.size() < 22)
        {
            return {};
        }
        ProcessStat stat;
        stat.parent = std::atoi(words[1].c_str());
        stat.group = std::atoi(words[2].c_str());
        stat.cpu_seconds =
            (std::atof(words[11].c_str()) + std::atof(words[12].c_str())) / static_cast<double>(sysconf(_SC_CLK_TCK));
        stat.resident_bytes = std::atoll(words[21].c_str()) * sysconf(_SC_PAGESIZE);
        return stat;
    }

    std::vector<pid_t> descendants_of(pid_t process)
    {
        std::map<pid_t, pid_t> parents;
        for (const pid_t other : all_processes())
        {
            parents[other] = read_process(other).parent;
        }
        std::vector<pid_t> descendants;
        for (const auto& [other, parent] : parents)
        {
            for (pid_t up = parent; up > 0; up = parents.count(up) ? parents[up] : 0)
            {
                if (up == process)
                {
                    descendants.push_back(other);
                    break;
                }
            }
        }
        return descendants;
    }

    void end_children()
    {
        for (const int signal : {SIGTERM, SIGKILL})
        {
            for (const pid_t child : children_in_group())
            {
                kill(child, signal);
            }
            for (int wait = 0; wait < 10 && !children_in_group().empty(); ++wait)
            {
                while (waitpid(-1, nullptr, WNOHANG) > 0)
                {}
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        }
    }

    void end_process(int status)
    {
        end_children();
        _exit(status);
    }

    void watch_parent()
    {
        const char* word = std::getenv("JPY_PARENT_PID");
        const pid_t parent = word ? std::atoi(word) : 0;
        if (parent <= 1)
        {
            return;
        }
        const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, parent, 0));
        if (descriptor < 0 && errno == ESRCH && getppid() == 1)
        {
            end_process(1); // it went before we came
        }
        if (descriptor < 0 || !is_ancestor(parent))
        {
            return;
        }
        std::thread(
            [descriptor]
            {
                pollfd gone{descriptor, POLLIN, 0};
                while (poll(&gone, 1, -1) != 1)
                {}
                end_after_parent();
            })
            .detach();
    }
}
