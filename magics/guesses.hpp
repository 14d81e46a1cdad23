// The guesses of this kernel so far. The first one about a piece of code counts and stays. On the thread that runs the cells.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "magics/guess.hpp"
#include "magics/verdict.hpp"

namespace xmemory::magics
{
    struct AnsweredGuess
    {
        int cell = 0;            // its number as it stood on the screen
        std::string first_words; // of the code, cut
        Guess guess;
        Verdict verdict;
        bool after_answer = false; // it came when the figure had been shown
    };

    // A guess of a line that waits for its cell to end.
    struct WaitingGuess
    {
        Guess guess;
        int cell = 0;              // in which it was made
        bool about_itself = false; // about that cell; else about the next one that has code
    };

    class Guesses
    {
    public:
        // What a guess is about: a cell of the front end with its code, and one of its figures.
        static std::string key(const std::string& cell_id, const std::string& code, const Guess& guess);

        // nullptr where none was made.
        const AnsweredGuess* first(const std::string& key) const;
        void add(const std::string& key, AnsweredGuess guess);
        void answer_was_shown(const std::string& key) { shown_[key] = true; }
        bool answer_is_known(const std::string& key) const { return shown_.count(key) != 0; }

        const std::vector<AnsweredGuess>& all() const { return all_; } // oldest first

        std::optional<WaitingGuess> waiting;
        bool holds_back = false; // the running cell's figures, which its guess, to be written again, is about

    private:
        std::vector<AnsweredGuess> all_;
        std::map<std::string, std::size_t> first_; // index of all_
        std::map<std::string, bool> shown_;
    };

    // The one book of this process.
    Guesses& guesses();
}
