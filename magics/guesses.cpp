#include "magics/guesses.hpp"

#include "magics/trimmed.hpp"

namespace xmemory::magics
{
    std::string Guesses::key(const std::string& cell_id, const std::string& code, const Guess& guess)
    {
        return cell_id + (guess.of_kept ? "\nkept\n" : "\npeak\n") + trimmed(code);
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
