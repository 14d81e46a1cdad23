// How rows of squares are drawn, in pictures and in text alike: eight steps of filling, and how many squares a row shows.
// Any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "report/document.hpp"

namespace xmemory::report
{
    inline constexpr int full_level = 8;
    inline constexpr std::size_t most_squares = 256; // a row shows no more than these

    // 0 to 8 eighths, filled from below: 0 only where it is empty, 8 only where it is full; in between the nearest of 1 to 7.
    // What is not a number is empty.
    int square_level(double filled);

    // The levels of the squares that the row shows.
    std::vector<int> square_levels(const Squares::Row& row);

    // The row's remark, and how many squares it does not show.
    std::string squares_remark(const Squares::Row& row);
}
