// What stands where in a black box's file: a page of notes, the page of the running cell's levels as it is in memory, then text of
// the stack. Read and written by the same build; anything else is told apart by its layout number. Plain data; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/levels.hpp"

namespace xmemory::core::black_box
{
    inline constexpr char magic[8] = {'x', 'm', 'e', 'm', 'b', 'o', 'x', '1'};
    inline constexpr std::size_t page_bytes = 4096;
    inline constexpr std::size_t stack_offset = 2 * page_bytes;
    inline constexpr std::size_t longest_stack = 64 * 1024;

    inline constexpr std::uint32_t layout = static_cast<std::uint32_t>(
        offsetof(Levels, peak) | offsetof(LevelsPage, others) << 8 | offsetof(LevelsPage, outer_peak) << 16);

    struct CellNote
    {
        std::int32_t number = 0;
        std::int64_t began_microseconds = 0; // since 1970
        std::int64_t resident_bytes = 0;
        std::int64_t limit_bytes = 0;
        std::int64_t kills_before = -1; // of the out-of-memory killer; −1: unknown
        char first_words[200] = {};
    };

    enum class End : std::int32_t { none, writing, signal, exit };

    struct Notes
    {
        char magic[8] = {};
        std::uint32_t layout = 0;
        std::int32_t process = 0;
        std::int64_t started_microseconds = 0;
        char connection_file[1024] = {}; // the end of it, where it is longer
        char notebook[1024] = {};
        char kills_file[512] = {};
        // The cell that was begun last, in one of two places, so that one store makes it whole; −1 before the first.
        std::int32_t cell = -1;
        std::int32_t cell_runs = 0;
        CellNote cells[2];
        std::int32_t end = static_cast<std::int32_t>(End::none);
        std::int32_t end_value = 0; // the signal, or the status
        std::int64_t ended_microseconds = 0;
    };
    static_assert(sizeof(Notes) <= page_bytes && sizeof(LevelsPage) == page_bytes);
}
