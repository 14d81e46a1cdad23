// Where a guess stands between far too little and far too much, for pictures and text alike. Any thread.
#pragma once

namespace xmemory::report
{
    inline constexpr int nearness_decades = 3; // to each side of right: the line goes from 1/1,000 to 1,000

    // -3 to 3: 0 is right, 1 is ten times too much, -1 a tenth. Beyond the line it stands at its end; what is no ratio (0 or
    // less) at the lower one.
    double nearness_place(double ratio);

    bool is_beyond_line(double ratio);
}
