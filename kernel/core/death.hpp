// How a process ended that left its black box behind: read from the file, whatever stands in it. Any thread; allocates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/black_box.hpp"

namespace xmemory::core
{
    struct Death
    {
        enum class Cause {
            killed,        // nothing in the process saw it coming
            out_of_memory, // likewise, and the system's out-of-memory killer has ended a process of its group since
            signal,        // of a fault, in the process itself
            exit           // it ended itself, without saying farewell
        };

        struct Cell
        {
            int number = 0; // 0: a request that shows no number
            std::string first_words;
            double began = 0; // seconds since 1970
            std::optional<std::int64_t> resident_bytes; // when it began
            std::optional<std::int64_t> limit_bytes;    // likewise; none or unknown without
        };

        Cause cause = Cause::killed;
        int signal = 0;
        int status = 0;
        int process = 0;
        double started = 0;          // seconds since 1970
        std::optional<double> ended; // where the process noted it
        std::optional<Cell> cell;    // the last that was begun
        bool cell_ran = false;       // and had not ended
        std::optional<std::int64_t> in_use_bytes; // of a cell that ran: live bytes above its start, and the highest they were
        std::optional<std::int64_t> peak_bytes;
        std::string stack; // as CPython's _Py_DumpTraceback writes it, or empty
        black_box::Identity identity;
    };

    // What the bytes of a file say; nullopt where they are no black box of this build.
    std::optional<Death> read_death(const std::string& file);

    struct FoundDeath
    {
        std::string path;
        Death death;
    };

    // The black boxes in a folder of that kernel's dead processes, youngest first: of the same connection file, which a restart
    // keeps, or of the same notebook, which a new start of it has in common with the old. Those of other kernels are removed when
    // nobody has asked for them within a day. A link, or somebody else's file, is left alone and not read.
    std::vector<FoundDeath> find_deaths(const std::string& folder, const black_box::Identity& kernel);
}
