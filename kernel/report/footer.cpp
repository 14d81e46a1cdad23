// The sentence under a cell. It is made of clauses: what was needed, what is kept, what was freed; the larger of the last
// two comes first. Small figures go unnamed, since they would stand under every cell; the details have them all.
#include "report/footer.hpp"

#include <algorithm>
#include <vector>

#include "report/footer_details.hpp"
#include "report/numbers.hpp"

namespace xmemory::report
{
    namespace
    {
        constexpr std::int64_t worth_naming_bytes = 100'000;
        constexpr std::int64_t peak_worth_showing_bytes = 1'000'000;

        struct Freed // by this cell, of what one earlier cell made
        {
            int cell = 0;
            std::int64_t bytes = 0;
        };

        std::string marked(std::int64_t bytes)
        {
            return bytes >= worth_naming_bytes ? "**" + human_bytes(bytes) + "**" : human_bytes(bytes);
        }

        // Three digits cannot show what is left to Python: the object that holds numpy's data, say.
        bool is_all_native(const Figures& figures)
        {
            return (figures.kept_bytes - figures.origins[2].kept_bytes) * 1000 < figures.kept_bytes;
        }

        std::string ending_of(const CellRecord& record)
        {
            if (record.figures->kept_bytes < worth_naming_bytes)
                return {};
            if (record.status == "error")
                return "although the cell failed";
            return record.status == "interrupted" ? "although the cell was interrupted" : "";
        }

        std::string kept_clause(const CellRecord& record)
        {
            const Figures& figures = *record.figures;
            if (figures.kept_bytes <= 0)
                return "kept nothing";
            if (figures.kept_bytes < 1000)
                return "kept under 1\u00a0kB";
            const bool all_native = figures.kept_bytes >= worth_naming_bytes && is_all_native(figures);
            const std::string ending = ending_of(record);
            std::string clause =
                "kept " + marked(figures.kept_bytes) + (all_native ? ", all native (C code such as numpy)" : "");
            if (!ending.empty())
                clause += (all_native ? ", " : " ") + ending;
            return clause;
        }

        // Whose memory the cell freed, the largest first. Crumbs are left out where somebody freed a piece worth naming.
        std::vector<Freed> freed_of(const Figures& figures)
        {
            std::vector<Freed> all;
            for (const auto& [cell, bytes] : figures.freed_earlier_by_cell)
                all.push_back({cell, bytes});
            std::stable_sort(all.begin(), all.end(), [](const Freed& a, const Freed& b) { return a.bytes > b.bytes; });
            const auto crumbs =
                std::find_if(all.begin(), all.end(), [](const Freed& one) { return one.bytes < worth_naming_bytes; });
            if (crumbs != all.begin())
                all.erase(crumbs, all.end());
            return all;
        }

        std::string name_of(const CellRecord& record, int cell)
        {
            if (cell == 0)
                return "earlier cells";
            return cell == record.last_run ? "its last run" : "[" + std::to_string(cell) + "]";
        }

        // "[4]", "[4] and [5]", "[4], [5], [6] and 2 more"
        std::string names_of(const CellRecord& record, const std::vector<Freed>& all)
        {
            constexpr std::size_t most_names = 3;
            std::vector<std::string> names;
            for (std::size_t i = 0; i < std::min(all.size(), most_names); ++i)
                names.push_back(name_of(record, all[i].cell));
            if (all.size() > most_names)
            {
                // How many cells stand behind "earlier cells" is not known, so they are not counted.
                const bool countable =
                    std::none_of(all.begin() + most_names, all.end(), [](const Freed& one) { return one.cell == 0; });
                names.push_back(countable ? std::to_string(all.size() - most_names) + " more" : "others");
            }
            std::string list = names[0];
            for (std::size_t i = 1; i < names.size(); ++i)
                list += (i + 1 == names.size() ? " and " : ", ") + names[i];
            return list;
        }

        std::string freed_clause(const CellRecord& record, const std::vector<Freed>& all, std::int64_t bytes)
        {
            if (all.empty())
                return "freed " + marked(bytes) + " made by earlier cells";
            if (all.size() == 1)
                return "freed " + marked(bytes) + " " + made_by(record, all[0].cell);
            return "freed " + marked(bytes) + " made by " + names_of(record, all);
        }

        std::string largest_sentence(const AtLimit& at_limit)
        {
            if (at_limit.largest.empty())
                return {};
            const Holder& first = at_limit.largest.front();
            return " Largest: " + first.name + ", " + (first.at_least ? "at least " : "") + marked(first.bytes) +
                   ". Try: " + first.statement;
        }

        // "stopped at the 1.07 GB limit: line 3 asked for 800 MB, 212 MB were left. Largest: df, 640 MB. Try: %xdel df"
        std::string stopped_sentence(const CellRecord& record)
        {
            const AtLimit& at_limit = *record.at_limit;
            std::string sentence = "Memory: stopped at the **" + limit_words(at_limit.source, at_limit.limit_bytes) +
                                   "**: " + who_asked(at_limit, record.cell) + ".";
            return sentence + largest_sentence(at_limit);
        }

        std::string refused_sentence(const CellRecord& record)
        {
            const AtLimit& at_limit = *record.at_limit;
            const std::string more =
                at_limit.refusals > 1 ? " (the last of " + count(at_limit.refusals) + " refusals)" : "";
            return " Refused at the **" + limit_words(at_limit.source, at_limit.limit_bytes) +
                   "**: " + who_asked(at_limit, record.cell) + more + "." + largest_sentence(at_limit);
        }

        std::string figures_clauses(const CellRecord& record)
        {
            const Figures& figures = *record.figures;
            std::string sentence = record.status == "over_limit" ? "stopped at the memory limit, " : "";
            if (figures.peak_bytes >= worth_naming_bytes && figures.peak_bytes / 2 >= figures.kept_bytes)
                sentence += std::string("needed ") + (record.exact ? "" : "at least ") + marked(figures.peak_bytes) +
                            " while running, ";
            if (figures.freed_earlier_bytes < worth_naming_bytes)
                return sentence + kept_clause(record);
            const std::vector<Freed> freed = freed_of(figures);
            std::int64_t freed_bytes = freed.empty() ? figures.freed_earlier_bytes : 0;
            for (const Freed& one : freed)
                freed_bytes += one.bytes;
            const std::string freed_words = freed_clause(record, freed, freed_bytes);
            return freed_bytes > figures.kept_bytes ? sentence + freed_words + ", " + kept_clause(record)
                                                    : sentence + kept_clause(record) + ", " + freed_words;
        }

        // What is only mapped in advance is not spoken of.
        std::string mapped_clause(const CellRecord& record)
        {
            const std::int64_t grown = record.resident_mapped_delta_bytes.value_or(0);
            if (grown < peak_worth_showing_bytes)
                return "";
            return "; memory that code maps itself grew by " + marked(grown);
        }

        std::string unknown_clause(const CellRecord& record)
        {
            std::string why = record.why;
            why.erase(why.find_last_not_of(". \n") + 1);
            return why.empty() ? "unknown" : "unknown, because " + why;
        }

        std::string sentence_of(const CellRecord& record)
        {
            if (record.status == "over_limit" && record.at_limit)
                return stopped_sentence(record);
            std::string sentence = "Memory: " + (record.figures ? figures_clauses(record) : unknown_clause(record));
            sentence += mapped_clause(record);
            if (record.unseen_bytes.value_or(0) >= unseen_worth_naming_bytes)
                sentence += "; the process grew " + marked(*record.unseen_bytes) + " more, unseen by us";
            sentence += "." + (record.at_limit ? refused_sentence(record) : "");
            return record.figures && !ending_of(record).empty() ? sentence + " See %memory cells." : sentence;
        }
    }

    std::optional<FooterMode> footer_mode_from(const std::string& word)
    {
        for (const FooterMode mode : {FooterMode::automatic, FooterMode::on, FooterMode::off})
            if (word == to_string(mode))
                return mode;
        return std::nullopt;
    }

    std::string to_string(FooterMode mode)
    {
        switch (mode)
        {
        case FooterMode::automatic:
            return "auto";
        case FooterMode::on:
            return "on";
        case FooterMode::off:
            return "off";
        }
        return "";
    }

    bool footer_is_shown(const CellRecord& record, FooterMode mode)
    {
        if (mode != FooterMode::automatic)
            return mode == FooterMode::on;
        if (!record.figures || record.status == "over_limit" || record.at_limit ||
            record.unseen_bytes.value_or(0) >= unseen_worth_naming_bytes)
            return true;
        return record.figures->kept_bytes >= worth_naming_bytes || !mapped_clause(record).empty() ||
               record.figures->freed_earlier_bytes >= worth_naming_bytes ||
               record.figures->peak_bytes >= peak_worth_showing_bytes;
    }

    Document footer(const CellRecord& record)
    {
        Document document;
        document.kind = "footer";
        document.finding = sentence_of(record);
        document.folded = true;
        document.parts = footer_details(record);
        const bool kept_much = record.figures && record.figures->kept_bytes >= worth_naming_bytes;
        document.next = std::string(kept_much ? "%memory cells. " : "") + "%memory explain peak tells what a word means";
        document.data = to_json(record);
        return document;
    }
}
