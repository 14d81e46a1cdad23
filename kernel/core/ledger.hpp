// The books of the cells: begins and ends the span of a cell or of a measurement within it, and says what happened in it.
// A span has a maker of its own, so what it kept is what its maker still has in use; spans form a stack. Sums are taken over
// all threads' tallies. All functions: on the thread that runs the cells, never from a hook.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/maker.hpp"

namespace xmemory::core
{
    struct Amount
    {
        std::int64_t bytes = 0;
        std::int64_t blocks = 0;
        std::int64_t slack = 0;

        Amount& operator+=(const Amount& other)
        {
            bytes += other.bytes;
            blocks += other.blocks;
            slack += other.slack;
            return *this;
        }
        Amount& operator-=(const Amount& other)
        {
            bytes -= other.bytes;
            blocks -= other.blocks;
            slack -= other.slack;
            return *this;
        }
    };
    inline Amount operator+(Amount left, const Amount& right) { return left += right; }
    inline Amount operator-(Amount left, const Amount& right) { return left -= right; }

    struct OriginSpan
    {
        Amount made;
        Amount freed_own;
        Amount freed_earlier;
        std::int64_t peak_bytes = 0;

        Amount kept() const { return made - freed_own; }
    };

    // What happened from the begin of a span to its end.
    struct SpanFigures
    {
        OriginSpan origins[origin_count];
        std::int64_t peak_bytes = 0;
        std::map<int, std::int64_t> freed_earlier_by_cell; // cell number → bytes; 0: too long ago
        bool threads_raced = false;                        // the peaks are "at least"
        bool numbers_ran_out = false; // too many measurements of one cell have something in use: nothing of it is known
    };

    namespace ledger
    {
        // Once, on the thread that will run the cells.
        void adopt_this_thread();

        // A cell, or a measurement in the one that runs. number: as shown to people, above 0. Afterwards the learner's code
        // runs in a LearnerScope. A cell must not be begun within a cell, a measurement not outside of one.
        void begin_cell(int number);
        SpanFigures end_cell();

        // Measurements end in the reverse order of their begin.
        int begin_measurement();
        // token: what begin_measurement gave. Measurements within that were left open are ended first.
        SpanFigures end_measurement(int token);
        // So far, without ending it.
        SpanFigures read_measurement(int token);

        bool measurement_is_open(int token);

        bool cell_is_running();
        int running_cell(); // its number, 0 for none
        std::uint32_t running_serial(); // which no other cell of this process has or had, 0 for none

        // What is in use now of what a cell made (its measurements included), and of what compiling it left.
        Amount still_in_use(int number);
        Amount source_in_use(int number);
        // Every cell of which something is in use, largest numbers last; 0: cells too long ago.
        std::map<int, Amount> in_use_by_cell();
        // What threads and tasks of each cell have made since its end; cells without any are left out.
        std::map<int, Amount> made_in_background();
        // Live blocks by maker and origin; makers without any are left out. For the checker and the overview.
        std::map<MakerId, std::vector<Amount>> in_use_by_maker();
        // What the learner's code has freed so far of what compiling the cells left, and of what the kernel made. Only differences
        // within one span mean something.
        Amount freed_of_sources();
        Amount freed_of_kernels();
        // All live blocks of one origin, the tutor's included.
        Amount in_use(Origin origin);
        // The same, summed over all numbers that a maker can have, whatever lives they have had. Allocates nothing.
        Amount booked(Origin origin);
    }
}
