#include "core/room.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/cgroups.hpp"
#include "core/server_processes.hpp"

namespace xmemory::core::room
{
    namespace
    {
        // The beginning of a small file of /proc or /sys.
        class FileText
        {
        public:
            explicit FileText(const char* path) noexcept
            {
                const int before = errno;
                if (const int file = *path != '\0' ? open(path, O_RDONLY | O_CLOEXEC) : -1; file >= 0)
                {
                    ssize_t more = 0;
                    while (size_ + 1 < sizeof(text_) && (more = ::read(file, text_ + size_, sizeof(text_) - 1 - size_)) > 0)
                    {
                        size_ += static_cast<std::size_t>(more);
                    }
                    close(file);
                }
                text_[size_] = '\0';
                errno = before;
            }

            // The number at a place; nullopt where there is none ("max").
            static std::optional<std::int64_t> number_at(const char* place) noexcept
            {
                while (*place == ' ' || *place == '\t')
                {
                    ++place;
                }
                if (*place < '0' || *place > '9')
                {
                    return std::nullopt;
                }
                std::int64_t number = 0;
                for (; *place >= '0' && *place <= '9'; ++place)
                {
                    if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, *place - '0', &number))
                    {
                        return std::nullopt;
                    }
                }
                return number;
            }

            std::optional<std::int64_t> number() const noexcept { return number_at(text_); }

            // The number after a name at the begin of a line.
            std::optional<std::int64_t> field(const char* name) const noexcept
            {
                const std::size_t length = std::strlen(name);
                for (const char* line = text_; line != nullptr; line = std::strchr(line, '\n'))
                {
                    line += *line == '\n' ? 1 : 0;
                    if (std::strncmp(line, name, length) == 0)
                    {
                        return number_at(line + length);
                    }
                    if (*line == '\0')
                    {
                        break;
                    }
                }
                return std::nullopt;
            }

            // Of numbers with one space between them.
            std::optional<std::int64_t> column(int index) const noexcept
            {
                const char* place = text_;
                for (; index > 0 && place != nullptr; --index)
                {
                    place = std::strchr(place, ' ');
                    place = place == nullptr ? nullptr : place + 1;
                }
                return place == nullptr ? std::nullopt : number_at(place);
            }

        private:
            char text_[4096]; // a thread's stack may be small
            std::size_t size_ = 0;
        };

        __attribute__((noinline)) std::optional<std::int64_t> number_in(const char* path) noexcept
        {
            return FileText(path).number();
        }

        // cgroup v1 writes "no limit" as a number near 2^63.
        constexpr std::int64_t no_limit = std::int64_t{1} << 60;

        void copy(const std::string& path, char (&to)[path_size])
        {
            to[0] = '\0';
            if (path.size() < path_size)
            {
                std::memcpy(to, path.c_str(), path.size() + 1);
            }
        }

        void add(Sources& sources, const Source& source)
        {
            if (sources.count < sources.all.size())
            {
                sources.all[sources.count++] = source;
            }
        }

        void add_group(Sources& sources, const cgroups::Group& group)
        {
            Source source;
            source.kind = Kind::container;
            source.is_v2 = group.is_v2;
            copy(group.folder + (group.is_v2 ? "/memory.max" : "/memory.limit_in_bytes"), source.limit_path);
            copy(group.is_v2 ? group.folder + "/memory.high" : "", source.high_path);
            copy(group.folder + (group.is_v2 ? "/memory.current" : "/memory.usage_in_bytes"), source.used_path);
            copy(group.folder + "/memory.stat", source.stat_path);
            add(sources, source);
        }

        // Pages of files are given back before anybody is refused or killed.
        std::optional<Reading> read_group(const Source& source) noexcept
        {
            const std::int64_t limit = std::min(number_in(source.limit_path).value_or(no_limit),
                                                number_in(source.high_path).value_or(no_limit));
            const auto used = limit < no_limit ? number_in(source.used_path) : std::nullopt;
            if (!used)
            {
                return std::nullopt;
            }
            const FileText stat(source.stat_path);
            const char* names[] = {source.is_v2 ? "inactive_file" : "total_inactive_file",
                                   source.is_v2 ? "active_file" : "total_active_file"};
            std::int64_t files = 0;
            for (const char* name : names)
            {
                files += stat.field(name).value_or(0);
            }
            return Reading{Kind::container, limit, limit - *used + std::min(files, *used)};
        }

        std::optional<Reading> read_machine(const Source& source) noexcept
        {
            const FileText text(source.used_path);
            const auto all = text.field("MemTotal:"), available = text.field("MemAvailable:");
            return all && available ? std::optional(Reading{Kind::machine, *all * 1024, *available * 1024}) : std::nullopt;
        }

        std::optional<Reading> read_one(const Source& source, const Process& process) noexcept
        {
            switch (source.kind)
            {
            case Kind::container:
                return read_group(source);
            case Kind::machine:
                return read_machine(source);
            default:
                return Reading{source.kind, source.limit_bytes, source.limit_bytes - source.others_bytes - process.resident};
            }
        }
    }

    Surroundings surroundings()
    {
        Surroundings here;
        if (const char* limit = std::getenv("MEM_LIMIT"); limit != nullptr)
        {
            here.hubs_limit = FileText::number_at(limit);
        }
        if (const char* server = std::getenv("JPY_PARENT_PID"); server != nullptr)
        {
            here.server = static_cast<pid_t>(FileText::number_at(server).value_or(0));
        }
        return here;
    }

    void find(const Surroundings& where, Sources& sources)
    {
        sources.count = 0;
        sources.has_address_limit = where.has_address_limit;
        copy(where.root + "/proc/self/statm", sources.statm_path);
        for (const cgroups::Group& group : cgroups::groups_of_this_process(where.root))
        {
            add_group(sources, group);
        }
        if (where.hubs_limit && *where.hubs_limit > 0)
        {
            Source hub;
            hub.kind = Kind::hub;
            hub.limit_bytes = *where.hubs_limit;
            hub.others_bytes = resident_of_others(where.root, where.server);
            add(sources, hub);
        }
        Source machine;
        copy(where.root + "/proc/meminfo", machine.used_path);
        add(sources, machine);
    }

    std::optional<Process> read_process(const Sources& sources) noexcept
    {
        static const std::int64_t page = sysconf(_SC_PAGESIZE);
        const FileText statm(sources.statm_path);
        const auto size = statm.column(0), resident = statm.column(1), shared = statm.column(2), writable = statm.column(5);
        if (!size || !resident || !shared || !writable)
        {
            return std::nullopt;
        }
        return Process{*size * page, *resident * page, (*resident - *shared) * page, *writable * page};
    }

    std::optional<Reading> read_address_space(const Process& process) noexcept
    {
        rlimit limit{};
        constexpr rlim_t most = std::numeric_limits<std::int64_t>::max(); // whoever set more set none
        if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur > most)
        {
            return std::nullopt;
        }
        const auto bytes = static_cast<std::int64_t>(limit.rlim_cur);
        return Reading{Kind::address_space, bytes, bytes - process.address_space};
    }

    std::optional<Reading> read(const Sources& sources, const Process& process, std::int64_t untouched_bytes,
                                bool with_addresses) noexcept
    {
        std::optional<Reading> tightest = with_addresses && sources.has_address_limit ? read_address_space(process) : std::nullopt;
        for (std::size_t index = 0; index < sources.count; ++index)
        {
            auto one = read_one(sources.all[index], process);
            if (one)
            {
                one->left_bytes -= untouched_bytes;
            }
            if (one && (!tightest || one->left_bytes < tightest->left_bytes))
            {
                tightest = one;
            }
        }
        return tightest;
    }
}
