#include "core/death.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "core/black_box_layout.hpp"
#include "core/memory_group.hpp"

namespace xmemory::core
{
    namespace
    {
        using namespace black_box;

        constexpr std::size_t longest_file = stack_offset + longest_stack;
        constexpr std::time_t kept_seconds = 24 * 60 * 60;
        constexpr double microsecond = 1e-6;

        template <std::size_t Size>
        std::string text_of(const char (&field)[Size])
        {
            return {field, strnlen(field, Size)};
        }

        std::optional<std::int64_t> known(std::int64_t bytes) { return bytes > 0 ? std::optional(bytes) : std::nullopt; }

        Death::Cell cell_of(const CellNote& note)
        {
            return {note.number, text_of(note.first_words), static_cast<double>(note.began_microseconds) * microsecond,
                    known(note.resident_bytes), known(note.limit_bytes)};
        }

        // The killer's count is compared with what it was when the last cell began, or at the start.
        bool killer_has_come(const Notes& notes)
        {
            const std::int64_t before = notes.cells[notes.cell == 1 ? 1 : 0].kills_before;
            const std::string file = text_of(notes.kills_file);
            if (file.rfind("/sys/fs/cgroup/", 0) != 0 && file != "/proc/vmstat") // whatever else may stand there is not read
            {
                return false;
            }
            const auto now = memory_group::read_kills(file);
            return before >= 0 && now && *now > before;
        }

        void read_end(const Notes& notes, Death& death)
        {
            switch (static_cast<End>(notes.end))
            {
            case End::signal:
                death.cause = Death::Cause::signal;
                death.signal = notes.end_value;
                break;
            case End::exit:
                death.cause = Death::Cause::exit;
                death.status = notes.end_value;
                break;
            default:
                death.cause = killer_has_come(notes) ? Death::Cause::out_of_memory : Death::Cause::killed;
                return;
            }
            death.ended = static_cast<double>(notes.ended_microseconds) * microsecond;
        }

        std::int64_t sum(std::int64_t left, std::int64_t right)
        {
            std::int64_t both = 0;
            return __builtin_add_overflow(left, right, &both) ? 0 : both;
        }

        // A process that dies may have been in the middle of moving a number: none is below zero then.
        void read_levels(const char* page, Death& death)
        {
            if (!death.cell_ran)
            {
                return;
            }
            LevelsPage levels;
            std::memcpy(static_cast<void*>(&levels), page, sizeof levels);
            const Levels& own = levels.own;
            const std::int64_t more = sum(sum(own.origin[1], own.origin[2]), levels.others.total.read());
            death.in_use_bytes = std::max<std::int64_t>(0, sum(own.origin[0], more));
            death.peak_bytes = std::max({*death.in_use_bytes, sum(own.small_high, more), own.peak, levels.others.peak.read(),
                                         levels.outer_peak});
        }

        std::string read_file(int file)
        {
            std::string bytes(longest_file, '\0');
            std::size_t got = 0;
            for (ssize_t more = 1; more > 0 && got < bytes.size(); got += more > 0 ? static_cast<std::size_t>(more) : 0)
            {
                more = pread(file, bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
            }
            bytes.resize(got);
            return bytes;
        }

        bool is_locked(int file)
        {
            struct flock whole = {};
            whole.l_type = F_WRLCK;
            whole.l_whence = SEEK_SET;
            return fcntl(file, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
        }

        bool is_private(const struct stat& facts)
        {
            return S_ISREG(facts.st_mode) && facts.st_uid == geteuid() && (facts.st_mode & 077) == 0 && facts.st_nlink == 1;
        }

        bool ends_with_box(const std::string& name)
        {
            return name.size() > 4 && name.compare(name.size() - 4, 4, ".box") == 0;
        }

        bool is_same(const std::string& left, const std::string& right) { return !left.empty() && left == right; }

        bool is_of(const black_box::Identity& kernel, const Death& death)
        {
            return is_same(death.identity.connection_file, kernel.connection_file) ||
                   is_same(death.identity.notebook, kernel.notebook);
        }

        // One that cannot be read may be about to be written.
        void look_at(const std::string& path, const black_box::Identity& kernel, std::vector<FoundDeath>& found)
        {
            const int file = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
            struct stat facts = {};
            if (file >= 0 && fstat(file, &facts) == 0 && is_private(facts) && !is_locked(file))
            {
                const auto death = read_death(read_file(file));
                if (death && is_of(kernel, *death))
                {
                    found.push_back({path, *death});
                }
                else if (facts.st_mtime < std::time(nullptr) - kept_seconds)
                {
                    unlink(path.c_str());
                }
            }
            if (file >= 0)
            {
                ::close(file);
            }
        }
    }

    std::optional<Death> read_death(const std::string& file)
    {
        Notes notes;
        if (file.size() < stack_offset)
        {
            return std::nullopt;
        }
        std::memcpy(static_cast<void*>(&notes), file.data(), sizeof notes);
        if (std::memcmp(notes.magic, magic, sizeof magic) != 0 || notes.layout != layout)
        {
            return std::nullopt;
        }
        Death death;
        death.process = notes.process;
        death.started = static_cast<double>(notes.started_microseconds) * microsecond;
        death.identity = {text_of(notes.connection_file), text_of(notes.notebook)};
        if (notes.cell == 0 || notes.cell == 1)
        {
            death.cell = cell_of(notes.cells[notes.cell]);
            death.cell_ran = notes.cell_runs != 0;
        }
        read_end(notes, death);
        read_levels(file.data() + page_bytes, death);
        death.stack = file.substr(stack_offset, longest_stack);
        return death;
    }

    std::vector<FoundDeath> find_deaths(const std::string& folder, const black_box::Identity& kernel)
    {
        std::vector<FoundDeath> found;
        DIR* entries = opendir(folder.c_str());
        while (const dirent* entry = entries ? readdir(entries) : nullptr)
        {
            if (ends_with_box(entry->d_name))
            {
                look_at(folder + "/" + entry->d_name, kernel, found);
            }
        }
        if (entries != nullptr)
        {
            closedir(entries);
        }
        std::sort(found.begin(), found.end(), [](const FoundDeath& left, const FoundDeath& right)
                  { return left.death.started > right.death.started; });
        return found;
    }
}
