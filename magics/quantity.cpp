#include "magics/quantity.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <vector>

#include "magics/trimmed.hpp"
#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr double most_bytes = 1e15; // a million GB
        constexpr int quoted_columns = 30;

        struct Unit
        {
            double bytes;
            const char* binary = nullptr; // its name where it is a binary one
        };

        const std::map<std::string, Unit>& units()
        {
            static const std::map<std::string, Unit> all = []
            {
                std::map<std::string, Unit> made = {{"b", {1}}, {"byte", {1}}, {"bytes", {1}}};
                const char* const letters = "kmgt";
                const char* const words[] = {"kilo", "mega", "giga", "tera"};
                const char* const binary_words[] = {"kibi", "mebi", "gibi", "tebi"};
                const char* const binary_names[] = {"KiB", "MiB", "GiB", "TiB"};
                double decimal = 1, binary = 1;
                for (int power = 0; power < 4; ++power)
                {
                    decimal *= 1000;
                    binary *= 1024;
                    const std::string letter(1, letters[power]);
                    for (const std::string& name :
                         {letter, letter + "b", words[power] + std::string("byte"), words[power] + std::string("bytes")})
                    {
                        made[name] = {decimal};
                    }
                    for (const std::string& name : {letter + "i", letter + "ib", binary_words[power] + std::string("byte"),
                                                    binary_words[power] + std::string("bytes")})
                    {
                        made[name] = {binary, binary_names[power]};
                    }
                }
                made["meg"] = made["megs"] = made["mb"];
                made["gig"] = made["gigs"] = made["gb"];
                return made;
            }();
            return all;
        }

        const std::map<std::string, double>& number_words()
        {
            static const std::map<std::string, double> all = {{"hundred", 1e2},  {"thousand", 1e3}, {"million", 1e6},
                                                              {"millions", 1e6}, {"mio", 1e6},      {"billion", 1e9}};
            return all;
        }

        void replace_all(std::string& text, const std::string& from, const std::string& to)
        {
            for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
            {
                text.replace(at, from.size(), to);
            }
        }

        // Lower case, plain spaces and signs, no quotes around and no mark at the end.
        std::string simplified(std::string text)
        {
            for (const char* space : {"\u00a0", "\u202f", "\u2009"})
            {
                replace_all(text, space, " ");
            }
            replace_all(text, "\u2212", "-");
            replace_all(text, "\u2264", "<=");
            replace_all(text, "\u2248", "~");
            std::transform(text.begin(), text.end(), text.begin(),
                           [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
            text = trimmed(text, " \t\r\n'\"`!");
            const bool ends_a_sentence = text.size() > 1 && text.back() == '.';
            return ends_a_sentence ? trimmed(text.substr(0, text.size() - 1)) : text;
        }

        bool take_start(std::string& text, const std::string& start)
        {
            const bool is_word = std::isalpha(static_cast<unsigned char>(start.back())) != 0;
            const bool ends_there = text.size() == start.size() || !is_word || text[start.size()] == ' ';
            if (text.compare(0, start.size(), start) != 0 || !ends_there)
            {
                return false;
            }
            text = trimmed(text.substr(start.size()));
            return true;
        }

        template <std::size_t count>
        bool take_any_start(std::string& text, const char* const (&starts)[count])
        {
            return std::any_of(starts, starts + count, [&](const char* start) { return take_start(text, start); });
        }

        constexpr const char* fillers[] = {"about", "around", "roughly", "approximately", "approx.", "approx", "ca.", "ca",
                                           "circa", "some",   "maybe",   "perhaps",       "exactly", "~",      "="};
        constexpr const char* bounds[] = {"under", "below", "less than", "up to", "at most", "not more than", "<=", "<"};
        constexpr const char* lower_bounds[] = {"over", "above", "more than", "at least", ">=", ">"};

        void take_fillers(std::string& text)
        {
            while (take_any_start(text, fillers))
            {}
        }

        bool all_digits(const std::string& text)
        {
            return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        }

        std::vector<std::string> split(const std::string& text, char mark)
        {
            std::vector<std::string> parts;
            std::size_t begin = 0;
            for (auto end = text.find(mark); end != std::string::npos; end = text.find(mark, begin))
            {
                parts.push_back(text.substr(begin, end - begin));
                begin = end + 1;
            }
            parts.push_back(text.substr(begin));
            return parts;
        }

        // Digits in groups of three, as in 40_000_000; nullopt where they are grouped otherwise.
        std::optional<std::string> ungrouped(const std::string& text, char mark)
        {
            const std::vector<std::string> groups = split(text, mark);
            std::string digits;
            for (std::size_t index = 0; index < groups.size(); ++index)
            {
                const bool fits = index == 0 ? groups[0].size() <= 3 || groups.size() == 1 : groups[index].size() == 3;
                if (!all_digits(groups[index]) || (!fits && mark != '_'))
                {
                    return std::nullopt;
                }
                digits += groups[index];
            }
            return digits;
        }

        // A comma or a point in a number is decimal, or groups digits by three: where one alone could be either, a comma
        // before three digits groups, as in Python's format, and a point is decimal.
        std::optional<double> read_number(std::string text)
        {
            double power = 0;
            if (const auto e = text.find('e'); e != std::string::npos)
            {
                std::string exponent = text.substr(e + 1);
                const bool is_negative = !exponent.empty() && exponent[0] == '-';
                exponent.erase(0, !exponent.empty() && (exponent[0] == '-' || exponent[0] == '+') ? 1 : 0);
                if (!all_digits(exponent) || exponent.size() > 3)
                {
                    return std::nullopt;
                }
                power = std::stoi(exponent) * (is_negative ? -1 : 1);
                text.erase(e);
            }
            const std::size_t points = std::count(text.begin(), text.end(), '.');
            const std::size_t commas = std::count(text.begin(), text.end(), ',');
            const std::size_t last_comma = text.rfind(',');
            const bool comma_groups = commas > 1 || (commas == 1 && points == 0 && text.size() - last_comma == 4 &&
                                                     last_comma >= 1 && last_comma <= 3 && text[0] != '0');
            char decimal = points == 1 ? '.' : commas == 1 && !comma_groups ? ',' : 0;
            if (points == 1 && commas == 1)
            {
                decimal = text.rfind('.') > last_comma ? '.' : ',';
            }
            const std::size_t at = decimal == 0 ? std::string::npos : text.rfind(decimal);
            std::string whole = text.substr(0, at);
            const std::string fraction = at == std::string::npos ? "" : text.substr(at + 1);
            for (const char mark : {'_', '\'', ' ', ',', '.'})
            {
                if (whole.find(mark) != std::string::npos)
                {
                    const auto digits = ungrouped(whole, mark);
                    if (!digits)
                    {
                        return std::nullopt;
                    }
                    whole = *digits;
                }
            }
            const bool has_whole = all_digits(whole), has_fraction = all_digits(fraction);
            if ((!has_whole && !(whole.empty() && has_fraction)) || (!fraction.empty() && !has_fraction) ||
                whole.size() + fraction.size() > 300)
            {
                return std::nullopt;
            }
            return (has_whole ? std::stod(whole) : 0) * std::pow(10, power) +
                   (has_fraction ? std::stod(fraction) : 0) * std::pow(10, power - static_cast<double>(fraction.size()));
        }

        // Where the number ends and its words begin.
        std::size_t end_of_number(const std::string& text)
        {
            std::size_t at = 0;
            while (at < text.size())
            {
                const char character = text[at];
                const bool is_digit = character >= '0' && character <= '9';
                const auto next = at + 1 < text.size() ? text[at + 1] : ' ';
                const bool is_exponent = character == 'e' && at > 0 && (all_digits({next}) || next == '-' || next == '+');
                if (is_exponent)
                {
                    at += 2;
                }
                else if (is_digit || std::string("_.,' ").find(character) != std::string::npos)
                {
                    ++at;
                }
                else
                {
                    break;
                }
            }
            return at;
        }

        QuantityRead refused(const std::string& reason)
        {
            return {std::nullopt, reason, reason + " Write an amount such as 40 MB, 500 kB or 0."};
        }
    }

    std::string quoted(const std::string& typed)
    {
        return "'" + report::cut_to_width(report::visible(typed), quoted_columns) + "'";
    }

    QuantityRead read_quantity(const std::string& text, Sign sign)
    {
        std::string rest = simplified(text);
        if (rest.empty())
        {
            return refused("There is no amount here.");
        }
        Quantity quantity;
        take_fillers(rest);
        quantity.is_bound = take_any_start(rest, bounds);
        if (take_any_start(rest, lower_bounds))
        {
            return refused(quoted(text) + " has no upper end.");
        }
        for (const char* word : {"nothing", "none", "zero", "no memory"})
        {
            if (rest == word)
            {
                quantity.has_unit = true;
                return {quantity, "", ""};
            }
        }
        const bool is_negative = take_start(rest, "-");
        const std::size_t end = end_of_number(rest);
        const std::string digits = trimmed(rest.substr(0, end));
        std::string words = trimmed(rest.substr(end));
        const auto number = take_start(rest, "a") || take_start(rest, "one") ? std::optional(1.0) : read_number(digits);
        words = digits.empty() ? rest : words;
        if (!number)
        {
            return refused(quoted(text) + " is not an amount of memory.");
        }
        double bytes = *number;
        quantity.has_unit = !words.empty();
        for (auto space = words.find(' ');; space = words.find(' '))
        {
            const auto factor = number_words().find(words.substr(0, space));
            if (factor == number_words().end())
            {
                break;
            }
            bytes *= factor->second;
            words = space == std::string::npos ? "" : trimmed(words.substr(space));
        }
        if (!words.empty())
        {
            const auto unit = units().find(words);
            if (unit == units().end())
            {
                return refused(quoted(text) + " is not an amount of memory.");
            }
            bytes *= unit->second.bytes;
            quantity.is_binary = unit->second.binary != nullptr;
            quantity.binary =
                quantity.is_binary ? (is_negative ? "\u2212" : "") + digits + "\u00a0" + unit->second.binary : "";
        }
        if (!(bytes <= most_bytes))
        {
            return refused(quoted(text) + " is more than any computer has.");
        }
        if (is_negative && sign == Sign::not_below_zero && bytes > 0)
        {
            return refused(quoted(text) + " is below zero, and a need for memory never is.");
        }
        quantity.bytes = std::llround(is_negative ? -bytes : bytes);
        return {quantity, "", ""};
    }

    std::string short_bytes(std::int64_t bytes) { return report::short_bytes(bytes); }

    std::string shown(const Quantity& quantity)
    {
        return (quantity.is_bound ? "under " : "") + short_bytes(quantity.bytes) +
               (quantity.is_binary ? " (" + quantity.binary + ")" : "");
    }
}
