// What is said about a guess: the report of %memory predict. Any thread.
#pragma once

#include <string>

#include "magics/guesses.hpp"
#include "report/document.hpp"

namespace xmemory::magics
{
    // A guess that has its answer. repeated: another one was made now, which does not count.
    report::Document answered(const AnsweredGuess& guess, bool repeated);

    // A guess that could not be read. held_back: the figures have not been shown, and are not shown now either.
    report::Document unreadable(const Guess& guess, bool held_back);

    // "?", or a guess that could not be read where the figures are known: the figures alone, and what to write.
    report::Document declined(const Guess& guess, const report::Figures& figures);

    // The figures are unknown, or a lower bound: at_least_bytes, or −1.
    report::Document undecided(const Guess& guess, std::int64_t at_least_bytes, const std::string& why);

    // A line alone in its cell, or above code of the cell that has not ended.
    report::Document noted(const WaitingGuess& waiting);

    // "five times as much", of measured against the guess; empty where that says nothing.
    std::string how_far(const AnsweredGuess& guess);
}
