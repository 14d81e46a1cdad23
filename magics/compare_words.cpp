#include "magics/compare_words.hpp"

#include <algorithm>
#include <iterator>
#include <regex>

#include "magics/kept_words.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        // "The list needs …" reads well, "the sorted needs …" does not.
        bool is_noun(const std::string& word)
        {
            static const char* const nouns[] = {
                "array",      "bytearray", "class",      "comprehension", "concatenation", "copy",  "cycle",     "dataclass",
                "deque",      "dict",      "dictionary", "expression",    "file",          "frame", "frozenset", "function",
                "generator",  "instance",  "iterator",   "join",          "lambda",        "list",  "loop",      "map",
                "namedtuple", "object",    "queue",      "range",         "record",        "set",   "slice",     "string",
                "sum",        "table",     "text",       "tuple",         "version",       "view",  "way"};
            return std::find(std::begin(nouns), std::end(nouns), word) != std::end(nouns);
        }

        std::string kept_of(const ComparedRow& row) { return kept_words(row.memory.figures.kept_bytes); }

        std::string name_of(const std::vector<ComparedRow>& rows, std::size_t index)
        {
            return part_name(rows[index].label, index, index == 0);
        }

        std::string kept_sentence(const std::vector<ComparedRow>& rows)
        {
            const std::string first = kept_of(rows[0]);
            const bool alike =
                std::all_of(rows.begin(), rows.end(), [&](const ComparedRow& row) { return kept_of(row) == first; });
            if (alike)
            {
                return (rows.size() == 2 ? "Both keep " : "All keep ") + first + ".";
            }
            std::string words;
            for (std::size_t index = 0; index < rows.size(); ++index)
            {
                words +=
                    (index == 0 ? "" : ", ") + name_of(rows, index) + (index == 0 ? " keeps " : " ") + kept_of(rows[index]);
            }
            return words + ".";
        }
    }

    std::string part_name(const std::string& label, std::size_t index, bool begins_sentence)
    {
        static const std::regex plain_words("[A-Za-z_][A-Za-z0-9_ ]*");
        static const char* const ordinals[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
        const std::string the = begins_sentence ? "The " : "the ";
        if (std::regex_match(label, plain_words))
        {
            return is_noun(label.substr(label.find_last_of(' ') + 1)) ? the + label : "“" + label + "”";
        }
        return index < std::size(ordinals) ? the + ordinals[index]
                                           : (begins_sentence ? "Number " : "number ") + std::to_string(index + 1);
    }

    std::string peak_words(const Measured& measured, std::int64_t peak_bytes)
    {
        return (measured.exact ? "" : "at least ") + report::human_bytes(peak_bytes);
    }

    std::string compare_finding(const std::vector<ComparedRow>& rows)
    {
        std::string words;
        for (std::size_t index = 0; index < rows.size(); ++index)
        {
            words += (index == 0 ? "" : ", ") + name_of(rows, index) + (index == 0 ? " needs **" : " **") +
                     peak_words(rows[index].memory, rows[index].memory.figures.peak_bytes) + "**" +
                     (index == 0 ? " at its peak" : "");
        }
        return words + ". " + kept_sentence(rows);
    }

    std::string first_item_finding(const std::vector<ComparedRow>& rows)
    {
        std::string words;
        bool verb_is_said = false;
        for (std::size_t index = 0; index < rows.size(); ++index)
        {
            const Measured& measured = rows[index].memory;
            const FirstItem& first = *measured.first_item;
            words += (index == 0 ? "" : ", ") + name_of(rows, index);
            words += !first.is_there
                         ? " has no item"
                         : (verb_is_said ? " after " : " has its first item after ") + report::human_seconds(first.seconds) +
                               " and **" + peak_words(measured, first.peak_bytes) + "**";
            verb_is_said = first.is_there;
        }
        return words + ".";
    }
}
