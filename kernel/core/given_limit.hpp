// The limit that %memory limit gave: of all that is in use, or of what each cell adds. A level is above the start of the cell, in
// bytes. set and begin_cell: on the thread that runs the cells; the others: any thread, with or without the GIL.
#pragma once

#include <cstdint>
#include <optional>

#include "core/standing.hpp"

namespace xmemory::core::budget
{
    struct Given
    {
        std::int64_t bytes = 0;
        bool of_each_cell = false; // above what was in use at its start; else all that is in use
    };

    namespace given_limit
    {
        void set(const std::optional<Given>& given);
        std::optional<Given> get();

        // in_use: of all that is counted, at that level.
        void place(std::int64_t level, std::int64_t in_use);

        // The level at which it is reached; never without one.
        std::int64_t ceiling() noexcept;
        // nullopt where none was given.
        std::optional<Standing> standing(std::int64_t level) noexcept;
        // What small blocks may take beyond it.
        std::int64_t reserve() noexcept;
        // Whether small blocks are so far past it that the thread which makes them is to be stopped. It is asked again a step later.
        bool is_stop_due(std::int64_t level) noexcept;
        void put_off_stop(std::int64_t level) noexcept;
    }
}
