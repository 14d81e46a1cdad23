// What the system leaves to the learner's code (room.hpp), less what is kept back for the kernel's own work: reports, tracebacks,
// messages. It is read again when a good part of what was left has been used. All in bytes; a level is above the start of the cell.
// start, find_again, heed, standing and limit_bytes: on the thread that runs the cells, as the tutor. The others may be called by a hook, on any thread: they
// never throw, log or allocate, and lock nothing but what glibc itself does for mallinfo2 and malloc_trim.
#pragma once

#include <cstdint>
#include <optional>

#include "core/room.hpp"
#include "core/standing.hpp"

namespace xmemory::core::budget::system_limit
{
    void start(const room::Surroundings& where);
    // The groups and the server's other processes may have changed.
    void find_again();
    void heed(bool heed);
    bool is_heeded() noexcept;

    // What is left now; nullopt where it is not heeded or cannot be read.
    std::optional<Standing> standing();
    // Whether it is heeded or not; nullopt where only the machine's own size limits.
    std::optional<std::int64_t> limit_bytes();

    // nullopt where it cannot be read. enough: where there is more left than that, nearly will do, since malloc's list of what is
    // free takes time to sum up.
    std::optional<Standing> read(std::int64_t enough) noexcept;
    // What is left for a request of that size, exactly. malloc's free pages go back to the system first, where that may help; and
    // where addresses are what is short and malloc is asked, it counts what malloc can give without taking new ones.
    enum class From { malloc, system };
    std::optional<Standing> read_hard(std::int64_t bytes, From from) noexcept;
    // Of addresses alone; nullopt without RLIMIT_AS.
    std::optional<Standing> read_addresses() noexcept;

    // More was made. Whether the system has to be read before the level is as high.
    bool is_due(std::int64_t level, std::int64_t more) noexcept;
    // It was read when the level was so high, and had so much left; never: as if there were no end.
    void set_due(std::int64_t level, std::int64_t left) noexcept;
    // Not before so much more was made.
    void put_off(std::int64_t level, std::int64_t bytes) noexcept;
    // How much may be made before it is due.
    std::int64_t until_due(std::int64_t level) noexcept;
}
