#include "report/squares.hpp"

#include <algorithm>
#include <cmath>

#include "report/numbers.hpp"

namespace xmemory::report
{
    int square_level(double filled)
    {
        if (!(filled > 0))
            return 0;
        if (filled >= 1)
            return full_level;
        return std::clamp(static_cast<int>(std::lround(filled * full_level)), 1, full_level - 1);
    }

    std::vector<int> square_levels(const Squares::Row& row)
    {
        std::vector<int> levels;
        for (std::size_t i = 0; i < std::min(row.filled.size(), most_squares); ++i)
            levels.push_back(square_level(row.filled[i]));
        return levels;
    }

    std::string squares_remark(const Squares::Row& row)
    {
        if (row.filled.size() <= most_squares)
            return row.remark;
        const std::string more = count(static_cast<std::int64_t>(row.filled.size() - most_squares)) + " more squares";
        return row.remark.empty() ? more : row.remark + ", " + more;
    }
}
