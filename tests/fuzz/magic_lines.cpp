// What people type after %memory: amounts, guesses, limits, sizes, words, terms.
#include "given_bytes.hpp"
#include "magics/command.hpp"
#include "magics/compare_options.hpp"
#include "magics/fault_stack.hpp"
#include "magics/guess.hpp"
#include "magics/limits.hpp"
#include "magics/quantity.hpp"
#include "magics/sizes.hpp"
#include "magics/terms.hpp"
#include "report/characters.hpp"

using namespace xmemory::magics;

namespace
{
    template <typename Call>
    void may_refuse(Call call)
    {
        try
        {
            call();
        }
        catch (const UsageError& error)
        {
            HOLDS(*error.what() != '\0');
        }
    }

    void amounts(const std::string& text)
    {
        for (const Sign sign : {Sign::not_below_zero, Sign::any})
        {
            const QuantityRead read = read_quantity(text, sign);
            HOLDS(read.quantity || (!read.reason.empty() && !read.why.empty()));
            if (read.quantity)
            {
                HOLDS(sign == Sign::any || read.quantity->bytes >= 0);
                HOLDS(!shown(*read.quantity).empty());
            }
        }
        HOLDS(quoted(text).size() < 400);
    }

    void guesses(const std::string& text)
    {
        const Guess guess = read_guess(text);
        if (!guess.choices.empty())
        {
            nearest(guess.choices, 40'000'000);
            shown(guess.choices);
        }
    }

    void limits(const std::string& text)
    {
        may_refuse(
            [&]
            {
                const std::vector<Limit> all = read_limits(text);
                HOLDS(!all.empty());
                for (const Limit& limit : all)
                {
                    HOLDS(limit.figure != nullptr && !shown_limit(limit).empty());
                    limit.allows(0);
                }
            });
    }

    void sizes(const std::string& text)
    {
        may_refuse(
            [&]
            {
                const Sizes read = sizes_from("n", text);
                HOLDS(read.numbers.size() >= 2 && read.numbers.size() <= 8 && read.numbers[0] >= 1);
                HOLDS(std::is_sorted(read.numbers.begin(), read.numbers.end()));
            });
        may_refuse([&] { compared_line(text); });
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    amounts(text);
    guesses(text);
    limits(text);
    sizes(text);
    may_refuse([&] { split_words(text); });
    find_term(text);
    if (size < 16) // it compares with all terms, letter by letter: the others would wait for it
    {
        HOLDS(similar_terms(text).size() == 3);
    }
    for (const FaultFrame& frame : read_fault_stack(text, 3))
    {
        frame.words();
    }
    return 0;
}
