// Runs the parts that %memory compare compares. On the thread that runs the cells, within a cell, with the GIL, as the tutor.
#pragma once

#include <string>
#include <vector>

#include "magics/patience.hpp"
#include "magics/snippet.hpp"

namespace xmemory::magics
{
    struct ComparedRow
    {
        std::string label;
        Measured memory;             // of the first run after the one that warms up
        std::vector<double> seconds; // of all measured runs, sorted
        bool repeats = true;         // every run gave the same figures

        double median() const { return seconds[seconds.size() / 2]; }
    };

    struct Turns
    {
        std::size_t most = 1;
        bool all = false; // also where they take long
    };

    // Each snippet is run once to warm up, then measured in turn with the others: once, or as often as turns and a short time
    // allow. What a run prints is shown once, where shows_prints.
    std::vector<ComparedRow> run_compared(const std::vector<Snippet>& snippets, const Snippet& setup,
                                          const Conditions& conditions, Turns turns, bool shows_prints,
                                          Patience& patience);
}
