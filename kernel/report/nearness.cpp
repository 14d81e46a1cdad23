#include "report/nearness.hpp"

#include <algorithm>
#include <cmath>

namespace xmemory::report
{
    double nearness_place(double ratio)
    {
        if (!(ratio > 0))
            return -nearness_decades;
        return std::clamp<double>(std::log10(ratio), -nearness_decades, nearness_decades);
    }

    bool is_beyond_line(double ratio)
    {
        const double furthest = std::pow(10.0, nearness_decades);
        return !(ratio > 0) || ratio > furthest || ratio < 1 / furthest;
    }
}
