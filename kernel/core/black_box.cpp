#include "core/black_box.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "core/black_box_layout.hpp"
#include "core/oom_kills.hpp"
#include "core/system_pages.hpp"

namespace xmemory::core::black_box
{
    namespace
    {
        Notes* notes = nullptr;
        int descriptor = -1;
        pid_t owner = 0;
        std::atomic<bool> closed{false};
        std::string path;
        std::string kills_file;

        std::int64_t microseconds_now() noexcept
        {
            timespec now{};
            clock_gettime(CLOCK_REALTIME, &now);
            return now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
        }

        bool is_ours() noexcept
        {
            return notes != nullptr && getpid() == owner && !closed.load(std::memory_order_relaxed);
        }

        // Cut after a whole character of UTF-8 where it does not fit.
        template <std::size_t Size>
        void put_start(char (&field)[Size], const std::string& text)
        {
            std::size_t bytes = std::min(text.size(), Size - 1);
            while (bytes < text.size() && bytes > 0 && (text[bytes] & 0xC0) == 0x80)
            {
                --bytes;
            }
            std::memcpy(field, text.data(), bytes);
            std::memset(field + bytes, 0, Size - bytes);
        }

        template <std::size_t Size>
        void put_end(char (&field)[Size], const std::string& text)
        {
            put_start(field, text.size() < Size ? text : text.substr(text.size() - (Size - 1)));
        }

        template <typename Number>
        void publish(Number& place, Number value) noexcept
        {
            __atomic_store_n(&place, value, __ATOMIC_RELEASE);
        }

        // The levels of the running cell are the parent's; the child goes on with a copy. First of all handlers, before anything
        // is allocated.
        void keep_levels_apart()
        {
            alignas(LevelsPage) char copy[sizeof(LevelsPage)];
            std::memcpy(copy, static_cast<const void*>(&levels_page), sizeof copy);
            if (system_pages::map(&levels_page, sizeof copy, MAP_FIXED) != MAP_FAILED)
            {
                std::memcpy(static_cast<void*>(&levels_page), copy, sizeof copy);
            }
        }

        // A lock of the process, not of the file's descriptor: children do not have it, and it is gone the moment the process is.
        bool lock(int file)
        {
            struct flock whole = {};
            whole.l_type = F_WRLCK;
            whole.l_whence = SEEK_SET;
            return fcntl(file, F_SETLK, &whole) == 0;
        }

        // All of the file is there on the disk before anything writes into it through memory, where "disk full" is a signal.
        bool prepare(int file, const Notes& first)
        {
            return fchmod(file, S_IRUSR | S_IWUSR) == 0 && posix_fallocate(file, 0, stack_offset) == 0 &&
                   pwrite(file, &first, sizeof first, 0) == static_cast<ssize_t>(sizeof first) &&
                   pwrite(file, &levels_page, sizeof levels_page, page_bytes) == static_cast<ssize_t>(sizeof levels_page);
        }

        bool map(int file)
        {
            void* page = mmap(nullptr, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            if (page == MAP_FAILED)
            {
                return false;
            }
            if (mmap(&levels_page, page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, page_bytes) == MAP_FAILED)
            {
                munmap(page, page_bytes);
                return false;
            }
            notes = static_cast<Notes*>(page);
            return true;
        }

        Notes first_notes(const Identity& identity)
        {
            Notes first;
            std::memcpy(first.magic, magic, sizeof magic);
            first.layout = layout;
            first.process = getpid();
            first.started_microseconds = microseconds_now();
            put_end(first.connection_file, identity.connection_file);
            put_end(first.notebook, identity.notebook);
            kills_file = oom_kills::file();
            put_start(first.kills_file, kills_file);
            first.cells[0].kills_before = kills_file.empty() ? -1 : oom_kills::read(kills_file).value_or(-1);
            return first;
        }
    }

    bool open(const std::string& folder, const Identity& identity)
    {
        std::string name = folder + "/" + std::to_string(getpid()) + "-XXXXXX.box";
        const int file = mkostemps(name.data(), 4, O_CLOEXEC);
        if (file < 0)
        {
            return false;
        }
        if (sysconf(_SC_PAGESIZE) != static_cast<long>(page_bytes) || !lock(file) || !prepare(file, first_notes(identity)) ||
            !map(file))
        {
            unlink(name.c_str());
            ::close(file);
            return false;
        }
        path = name;
        descriptor = file;
        owner = getpid();
        pthread_atfork(nullptr, nullptr, keep_levels_apart);
        return true;
    }

    void begin_cell(int number, const std::string& first_words, std::int64_t resident_bytes, std::int64_t limit_bytes)
    {
        if (!is_ours())
        {
            return;
        }
        const std::int32_t place = notes->cell == 0 ? 1 : 0;
        CellNote& cell = notes->cells[place];
        cell.number = number;
        cell.began_microseconds = microseconds_now();
        cell.resident_bytes = resident_bytes;
        cell.limit_bytes = limit_bytes;
        cell.kills_before = kills_file.empty() ? -1 : oom_kills::read(kills_file).value_or(-1);
        put_start(cell.first_words, first_words);
        publish(notes->end, static_cast<std::int32_t>(End::none)); // a fault that somebody recovered from
        publish(notes->cell, place);
        publish(notes->cell_runs, 1);
    }

    void end_cell()
    {
        if (is_ours())
        {
            publish(notes->cell_runs, 0);
        }
    }

    namespace
    {
        bool note_end(End kind, int value) noexcept
        {
            auto none = static_cast<std::int32_t>(End::none);
            if (!is_ours() || !__atomic_compare_exchange_n(&notes->end, &none, static_cast<std::int32_t>(End::writing), false,
                                                           __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            {
                return false;
            }
            notes->end_value = value;
            notes->ended_microseconds = microseconds_now();
            publish(notes->end, static_cast<std::int32_t>(kind));
            return true;
        }
    }

    bool note_signal(int signal) noexcept { return note_end(End::signal, signal); }

    bool note_exit(int status) noexcept { return note_end(End::exit, status); }

    int stack_descriptor() noexcept
    {
        return is_ours() && lseek(descriptor, stack_offset, SEEK_SET) == static_cast<off_t>(stack_offset) ? descriptor : -1;
    }

    void close() noexcept
    {
        if (is_ours() && !closed.exchange(true))
        {
            unlink(path.c_str());
        }
    }
}
