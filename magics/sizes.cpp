#include "magics/sizes.hpp"

#include <algorithm>
#include <regex>

#include "magics/command.hpp"
#include "magics/trimmed.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t most_sizes = 8;
        constexpr std::size_t most_digits = 15; // so that ten times a number is still one

        std::string way_out(const std::string& variable)
        {
            return "write " + variable + "=1_000..1_000_000 for each power of ten from one to the other, or " + variable +
                   "=10,100,5_000.";
        }

        std::int64_t number_from(const std::string& word, const std::string& variable)
        {
            static const std::regex integer("[0-9]+(_[0-9]+)*");
            std::string digits = trimmed(word);
            const bool is_integer = std::regex_match(digits, integer);
            digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
            if (!is_integer || digits.size() > most_digits || std::stoll(digits) < 1)
            {
                throw UsageError("'" + trimmed(word) + "' is no size: " + way_out(variable));
            }
            return std::stoll(digits);
        }

        std::vector<std::int64_t> powers_of_ten(std::int64_t from, std::int64_t to)
        {
            std::vector<std::int64_t> numbers;
            for (std::int64_t number = from; number < to; number *= 10)
            {
                numbers.push_back(number);
            }
            numbers.push_back(to);
            return numbers;
        }

        std::vector<std::int64_t> listed(const std::string& text, const std::string& variable)
        {
            std::vector<std::int64_t> numbers;
            for (std::size_t begin = 0; begin <= text.size();)
            {
                const std::size_t end = std::min(text.find(',', begin), text.size());
                numbers.push_back(number_from(text.substr(begin, end - begin), variable));
                begin = end + 1;
            }
            std::sort(numbers.begin(), numbers.end());
            numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
            return numbers;
        }
    }

    Sizes sizes_from(const std::string& variable, const std::string& text)
    {
        const std::size_t dots = text.find("..");
        Sizes sizes{variable, {}};
        if (dots == std::string::npos)
        {
            sizes.numbers = listed(text, variable);
        }
        else
        {
            const std::int64_t from = number_from(text.substr(0, dots), variable);
            const std::int64_t to = number_from(text.substr(dots + 2), variable);
            if (from > to)
            {
                throw UsageError("Sizes go up, and " + trimmed(text) + " does not: " + way_out(variable));
            }
            sizes.numbers = powers_of_ten(from, to);
        }
        if (sizes.numbers.size() < 2 || sizes.numbers.size() > most_sizes)
        {
            throw UsageError("Two to eight sizes show how something grows, not " + std::to_string(sizes.numbers.size()) +
                             ": " + way_out(variable));
        }
        return sizes;
    }
}
