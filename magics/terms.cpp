#include "magics/terms.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace xmemory::magics
{
    namespace
    {
        // Letters and digits in lower case, one space between words, without the unit that names in data carry.
        std::string normal(const std::string& words)
        {
            std::string text;
            for (const char character : words)
            {
                const auto byte = static_cast<unsigned char>(character);
                if (std::isalnum(byte) || byte >= 0x80)
                {
                    text += static_cast<char>(std::tolower(byte));
                }
                else if (!text.empty() && text.back() != ' ')
                {
                    text += ' ';
                }
            }
            while (!text.empty() && text.back() == ' ')
            {
                text.pop_back();
            }
            const std::string unit = " bytes";
            if (text.size() > unit.size() && text.compare(text.size() - unit.size(), unit.size(), unit) == 0)
            {
                text.resize(text.size() - unit.size());
            }
            return text;
        }

        // Levenshtein's: how many letters must be put in, taken out or changed.
        std::size_t distance(const std::string& left, const std::string& right)
        {
            std::vector<std::size_t> row(right.size() + 1);
            std::iota(row.begin(), row.end(), std::size_t{0});
            for (std::size_t i = 0; i < left.size(); ++i)
            {
                std::size_t diagonal = row[0]++;
                for (std::size_t j = 0; j < right.size(); ++j)
                {
                    const std::size_t changed = diagonal + (left[i] != right[j]);
                    diagonal = row[j + 1];
                    row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
                }
            }
            return row.back();
        }
    }

    const Term* find_term(const std::string& words)
    {
        const std::string wanted = normal(words);
        for (const Term& term : terms())
        {
            if (normal(term.name) == wanted || std::any_of(term.aliases.begin(), term.aliases.end(),
                                                           [&](const char* alias) { return normal(alias) == wanted; }))
            {
                return &term;
            }
        }
        return nullptr;
    }

    std::vector<std::string> similar_terms(const std::string& words)
    {
        constexpr std::size_t longest = 40; // no term has more letters
        const std::string wanted = normal(words.substr(0, longest));
        std::vector<std::pair<std::size_t, std::string>> ranked;
        for (const Term& term : terms())
        {
            std::size_t nearest = distance(normal(term.name), wanted);
            for (const char* alias : term.aliases)
            {
                nearest = std::min(nearest, distance(normal(alias), wanted));
            }
            ranked.emplace_back(nearest, term.name);
        }
        std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        return {ranked[0].second, ranked[1].second, ranked[2].second};
    }
}
