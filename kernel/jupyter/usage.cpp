#include "jupyter/usage.hpp"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "jupyter/processes.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        using Clock = std::chrono::steady_clock;

        struct CpuTimes
        {
            double busy = 0;
            double all = 0;
        };

        CpuTimes machine_cpu()
        {
            std::ifstream file("/proc/stat");
            std::string word;
            file >> word;
            CpuTimes times;
            double value = 0;
            for (int field = 0; field < 8 && file >> value; ++field)
            {
                times.all += value;
                times.busy += field == 3 || field == 4 ? 0 : value; // idle and waiting for I/O
            }
            return times;
        }

        nlohmann::json machine_memory()
        {
            std::ifstream file("/proc/meminfo");
            std::int64_t total = 0, free = 0, available = 0, buffers = 0, cached = 0;
            for (std::string line; std::getline(file, line);)
            {
                std::istringstream words(line);
                std::string name;
                std::int64_t kibibytes = 0;
                words >> name >> kibibytes;
                std::int64_t* field = name == "MemTotal:"       ? &total
                                      : name == "MemFree:"      ? &free
                                      : name == "MemAvailable:" ? &available
                                      : name == "Buffers:"      ? &buffers
                                      : name == "Cached:"       ? &cached
                                                                : nullptr;
                if (field != nullptr)
                {
                    *field = kibibytes * 1024;
                }
            }
            const double percent =
                total > 0 ? 100.0 * static_cast<double>(total - available) / static_cast<double>(total) : 0;
            return {{"total", total}, {"available", available}, {"percent", percent}, {"used", total - available},
                    {"free", free},   {"buffers", buffers},     {"cached", cached}};
        }

        // The share of a processor since the last time it was asked for, in percent.
        double kernel_cpu(double cpu_seconds)
        {
            static double last_cpu = 0;
            static Clock::time_point last_time = Clock::now() - std::chrono::seconds(1);
            const auto now = Clock::now();
            const double seconds = std::chrono::duration<double>(now - last_time).count();
            const double percent = seconds > 0 ? 100.0 * (cpu_seconds - last_cpu) / seconds : 0;
            last_cpu = cpu_seconds;
            last_time = now;
            return percent > 0 ? percent : 0;
        }

        double host_cpu()
        {
            static CpuTimes last;
            const CpuTimes now = machine_cpu();
            const double all = now.all - last.all;
            const double percent = all > 0 ? 100.0 * (now.busy - last.busy) / all : 0;
            last = now;
            return percent;
        }
    }

    nlohmann::json usage()
    {
        char host[256] = "";
        gethostname(host, sizeof host - 1);
        ProcessStat sum = read_process(getpid());
        for (const pid_t child : descendants_of(getpid()))
        {
            const ProcessStat stat = read_process(child);
            sum.cpu_seconds += stat.cpu_seconds;
            sum.resident_bytes += stat.resident_bytes;
        }
        return {{"hostname", host},
                {"pid", getpid()},
                {"kernel_cpu", kernel_cpu(sum.cpu_seconds)},
                {"kernel_memory", sum.resident_bytes},
                {"cpu_count", std::thread::hardware_concurrency()},
                {"host_cpu_percent", host_cpu()},
                {"host_virtual_memory", machine_memory()}};
    }
}
