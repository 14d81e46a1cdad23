#include "magics/structure_words.hpp"

#include <algorithm>
#include <cmath>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr double clearly_faster = 10;    // less may be chance
        constexpr double clearly_smaller = 1.05; // bytes are exact, but a few of them decide nothing

        const CollectionRow* find(const std::vector<CollectionRow>& rows, const std::string& name)
        {
            const auto found =
                std::find_if(rows.begin(), rows.end(),
                             [&](const CollectionRow& row) { return row.name == name && row.not_possible.empty(); });
            return found == rows.end() ? nullptr : &*found;
        }

        std::string marked(const CollectionRow& row)
        {
            return std::string(row.exact ? "" : "at least ") + "**" + report::human_bytes(row.bytes) + "**";
        }

        // With one digit, as times are: "about 20,000 times".
        std::string times(double ratio)
        {
            const double unit = std::pow(10, std::floor(std::log10(ratio)));
            return "about " + report::count(std::llround(ratio / unit) * std::llround(unit)) + " times";
        }

        std::string lookup_clause(const CollectionRow& list, const CollectionRow& set, const StructureWords& words)
        {
            const double ratio = list.missing_seconds / set.missing_seconds;
            return ratio < clearly_faster
                       ? ""
                       : "; but the set finds a missing " + words.noun + " " + times(ratio) + " as fast as the list";
        }

        std::string list_of(const std::vector<std::string>& names)
        {
            std::string words = names.at(0);
            for (std::size_t index = 1; index < names.size(); ++index)
            {
                words += (index + 1 == names.size() ? " and " : ", ") + names[index];
            }
            return words;
        }

        std::string smallest_sentence(const std::vector<CollectionRow>& rows, const StructureWords& words)
        {
            // A set of items that come twice holds fewer of them, and is not comparable.
            const CollectionRow* list = find(rows, "list");
            std::vector<const CollectionRow*> known;
            for (const CollectionRow& row : rows)
            {
                if (row.not_possible.empty() && row.with_item_bytes && list != nullptr && row.held == list->held)
                {
                    known.push_back(&row);
                }
            }
            const auto smaller = [](const CollectionRow* a, const CollectionRow* b)
            { return *a->with_item_bytes < *b->with_item_bytes; };
            if (known.empty() || list == nullptr || !list->with_item_bytes)
            {
                return "";
            }
            const CollectionRow& smallest = **std::min_element(known.begin(), known.end(), smaller);
            if (static_cast<double>(*list->with_item_bytes) <
                clearly_smaller * static_cast<double>(*smallest.with_item_bytes))
            {
                return "";
            }
            return "Smallest, the " + words.noun + "s counted too: " + smallest.name + ", " +
                   report::human_bytes(*smallest.with_item_bytes) + "; the list and its " + words.noun + "s take " +
                   report::human_bytes(*list->with_item_bytes) + ".";
        }

        std::string search_sentence(const std::vector<CollectionRow>& rows, const StructureWords& words)
        {
            const CollectionRow* list = find(rows, "list");
            std::vector<std::string> names;
            for (const CollectionRow& row : rows)
            {
                if (row.not_possible.empty() && list != nullptr &&
                    row.missing_seconds * clearly_faster < list->missing_seconds &&
                    (row.name == "set" || row.name == "frozenset" || row.name == "dict"))
                {
                    names.push_back(row.name);
                }
            }
            return names.empty() ? ""
                                 : "For searching: " + list_of(names) + "; they go straight to the place where the " +
                                       words.noun + " would be, the others look at one after the other.";
        }

        std::string record_sentence(const std::vector<RecordRow>& records, std::int64_t count)
        {
            const auto smaller = [](const RecordRow& a, const RecordRow& b) { return a.bytes < b.bytes; };
            const auto [smallest, largest] = std::minmax_element(records.begin(), records.end(), smaller);
            if (count == 0 || smallest == records.end() || smallest->bytes == largest->bytes)
            {
                return "";
            }
            return "For many records of the same fields: " + smallest->name + ", " +
                   report::human_bytes(smallest->bytes / count) + " each; a " + largest->name + " takes " +
                   report::human_bytes(largest->bytes / count) + ".";
        }
    }

    std::string structures_finding(const std::vector<CollectionRow>& rows, const StructureWords& words)
    {
        const CollectionRow* list = find(rows, "list");
        const CollectionRow* set = find(rows, "set");
        const CollectionRow* dict = find(rows, "dict");
        if (list == nullptr)
        {
            return "Not even a list can be made of these items.";
        }
        const std::string subject =
            words.none ? "An empty list needs " + marked(*list) : "A list needs " + marked(*list) + " for " + words.items;
        const std::string article = words.none ? "an empty " : "a ";
        if (set == nullptr || dict == nullptr)
        {
            const auto refused =
                std::find_if(rows.begin(), rows.end(), [](const CollectionRow& row) { return row.name == "set"; });
            return subject + "; a set and a dict cannot hold them: " + refused->not_possible + ".";
        }
        return subject + ", " + article + "set " + marked(*set) + " and " + article + "dict " + marked(*dict) +
               lookup_clause(*list, *set, words) + "." +
               (set->held == list->held ? ""
                                        : " A set and a dict hold each value once: " + report::count(set->held) + " here.");
    }

    std::vector<std::string> structures_advice(const std::vector<CollectionRow>& rows, const std::vector<RecordRow>& records,
                                               const StructureWords& words)
    {
        const CollectionRow* list = find(rows, "list");
        std::vector<std::string> sentences;
        for (const std::string& sentence : {smallest_sentence(rows, words), search_sentence(rows, words),
                                            record_sentence(records, list == nullptr ? 0 : list->held)})
        {
            if (!sentence.empty())
            {
                sentences.push_back(sentence);
            }
        }
        return sentences;
    }

    std::string structures_left_out(const std::vector<CollectionRow>& rows)
    {
        std::vector<std::pair<std::string, std::string>> by_reason; // why, names
        for (const CollectionRow& row : rows)
        {
            if (row.not_possible.empty())
            {
                continue;
            }
            if (by_reason.empty() || by_reason.back().first != row.not_possible)
            {
                by_reason.emplace_back(row.not_possible, "");
            }
            by_reason.back().second += (by_reason.back().second.empty() ? "" : ", ") + row.name;
        }
        std::string words;
        for (const auto& [why, names] : by_reason)
        {
            words += (words.empty() ? "Not here: " : "; ") + names + " (" + why + ")";
        }
        return words.empty() ? "" : words + ".";
    }
}
