#include "magics/guess.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

#include "magics/trimmed.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t longest_line = 1000; // std::regex recurses over a text's length

        // At ";", at "or", and at a comma unless it may be within a number: "8 MB, 1,5 GB or 400 MB".
        std::vector<std::string> split_choices(const std::string& text)
        {
            static const std::regex between("\\s*(;(?:\\s*or\\s)?|\\||,\\s+or\\s|,\\s|,$|\\sor\\s)\\s*");
            static const std::regex after_a_unit("([A-Za-z])\\s*,");
            const std::string marked = std::regex_replace(text, after_a_unit, "$1;");
            std::vector<std::string> parts;
            for (std::sregex_token_iterator part(marked.begin(), marked.end(), between, -1), end; part != end; ++part)
            {
                if (part->length() != 0)
                {
                    parts.push_back(*part);
                }
            }
            return parts;
        }

        // "8, 40 or 400 MB": the unit of the last holds for those before it.
        std::string unit_of_last(const std::string& last)
        {
            const auto at = last.find_last_of("0123456789");
            return at == std::string::npos ? "" : last.substr(at + 1);
        }

        void read_choices(const std::string& text, Guess& guess)
        {
            const std::vector<std::string> parts = split_choices(text);
            for (const std::string& part : parts)
            {
                QuantityRead read = read_quantity(part);
                if (read.quantity && !read.quantity->has_unit && read.quantity->bytes != 0)
                {
                    read = read_quantity(part + unit_of_last(parts.back()));
                }
                if (!read.quantity)
                {
                    guess.why = "Of the choices: " + read.why;
                    return;
                }
                guess.choices.push_back(*read.quantity);
            }
            if (guess.choices.size() < 2)
            {
                guess.choices.clear();
                guess.why = "After 'of' there should be two choices at least: ? of 8 MB, 40 MB, 400 MB.";
            }
        }

        bool same(const Quantity& left, const Quantity& right)
        {
            return left.bytes == right.bytes && (left.is_bound || !right.is_bound);
        }

        std::string write_a_choice(const Guess& guess)
        {
            return " Write one of the choices in place of it: " + shown(guess.choices) + ".";
        }

        // A guess that is one of the choices: as an amount, or as the number alone ("40" for "40 MB"). Another amount is a guess
        // all the same; another number alone may as well be a slip.
        void choose(const std::string& typed, Guess& guess)
        {
            for (const Quantity& choice : guess.choices)
            {
                const auto with_its_unit = shown(choice).find_first_of("kMGTB");
                const bool number_alone = guess.amount && !guess.amount->has_unit && with_its_unit != std::string::npos;
                const QuantityRead completed =
                    number_alone ? read_quantity(typed + shown(choice).substr(with_its_unit)) : QuantityRead{};
                const bool is_it = (guess.amount && same(*guess.amount, choice)) ||
                                   (guess.amount && guess.amount->bytes == choice.bytes) ||
                                   (completed.quantity && completed.quantity->bytes == choice.bytes);
                if (is_it)
                {
                    guess.amount = choice;
                    guess.is_choice = true;
                    return;
                }
            }
            if (guess.amount && !guess.amount->has_unit && guess.amount->bytes != 0)
            {
                guess.amount = std::nullopt;
                guess.why = quoted(typed) + " is none of the choices." + write_a_choice(guess);
            }
        }

        std::string without_options(const std::string& line, Guess& guess)
        {
            static const std::regex option("(^|\\s)--?([A-Za-z][A-Za-z_-]*)(?=\\s|$)");
            for (std::sregex_iterator found(line.begin(), line.end(), option), end; found != end; ++found)
            {
                const std::string name = (*found)[2];
                guess.of_kept = guess.of_kept || name == "kept";
                if (name != "kept" && name != "peak")
                {
                    guess.why =
                        quoted(trimmed(found->str())) + " is no option of %memory predict: it has --kept and --peak.";
                }
            }
            return std::regex_replace(line, option, "$1");
        }
    }

    Guess read_guess(const std::string& line)
    {
        Guess guess;
        if (line.size() > longest_line)
        {
            guess.why = read_quantity(line).why;
            return guess;
        }
        const std::string text = without_options(line, guess);
        static const std::regex parts("^\\s*(.*?)\\s*(?:(?:^|\\s)of\\s+(.*?))?\\s*$", std::regex::icase);
        std::smatch found;
        std::regex_match(text, found, parts);
        const std::string typed = found[1];
        if (found[2].matched)
        {
            read_choices(found[2], guess);
        }
        static const std::regex question("[\\s?\u2026.]*");
        if (!guess.why.empty() || std::regex_match(typed, question))
        {
            return guess;
        }
        const QuantityRead read = read_quantity(typed);
        guess.amount = read.quantity;
        if (!guess.amount)
        {
            guess.why = guess.choices.empty() ? read.why : read.reason + write_a_choice(guess);
        }
        else if (!guess.choices.empty())
        {
            choose(typed, guess);
        }
        return guess;
    }

    std::string shown(const std::vector<Quantity>& choices)
    {
        std::string text;
        for (const Quantity& choice : choices)
        {
            text += (text.empty() ? "" : ", ") + shown(choice);
        }
        return text;
    }

    const Quantity& nearest(const std::vector<Quantity>& choices, std::int64_t bytes)
    {
        const auto distance = [&](const Quantity& choice)
        {
            const bool within = choice.is_bound && bytes < choice.bytes;
            const auto size = [](std::int64_t amount)
            { return std::log(static_cast<double>(std::max<std::int64_t>(amount, 1))); };
            return within ? 0.0 : std::abs(size(choice.bytes) - size(bytes));
        };
        return *std::min_element(choices.begin(), choices.end(),
                                 [&](const Quantity& left, const Quantity& right)
                                 { return distance(left) < distance(right); });
    }
}
