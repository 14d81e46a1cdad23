#include "magics/guesses.hpp"

namespace xmemory::magics
{
    std::string Guesses::key(const std::string& cell_id, const std::string& code, const Guess& guess)
    {
        const char* const blanks = " \t\r\n";
        const auto begin = code.find_first_not_of(blanks);
        const std::string trimmed =
            begin == std::string::npos ? "" : code.substr(begin, code.find_last_not_of(blanks) - begin + 1);
        return cell_id + (guess.of_kept ? "\nkept\n" : "\npeak\n") + trimmed;
    }

    const AnsweredGuess* Guesses::first(const std::string& key) const
    {
        const auto found = first_.find(key);
        return found == first_.end() ? nullptr : &all_[found->second];
    }

    void Guesses::add(const std::string& key, AnsweredGuess guess)
    {
        first_.emplace(key, all_.size());
        all_.push_back(std::move(guess));
    }

    Guesses& guesses()
    {
        static Guesses one;
        return one;
    }
}
