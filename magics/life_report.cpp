#include "magics/life_report.hpp"

#include <algorithm>

#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::count;

        constexpr int source_columns = 30;
        constexpr int holder_columns = 44;
        constexpr std::size_t most_holders = 3; // in a row
        constexpr std::size_t most_open = 3;    // stories whose tables are not folded away
        constexpr int statement_columns = 60;
        constexpr std::size_t most_statements = 3;
        constexpr std::size_t most_rows = 60;   // of a story
        constexpr std::size_t most_told = 40;   // stories, or such as are alike

        std::string cut(const std::string& words, int columns) { return report::cut_to_width(report::visible(words), columns); }

        void add_signed(std::string& words, const std::string& sign, const std::vector<std::string>& holders)
        {
            for (std::size_t index = 0; index < std::min(holders.size(), most_holders); ++index)
            {
                words += (words.empty() ? "" : ", ") + sign + cut(holders[index], holder_columns);
            }
            if (holders.size() > most_holders)
            {
                words += " and " + count(static_cast<std::int64_t>(holders.size() - most_holders)) + " more";
            }
        }

        std::string came_and_went(const LifeChange& change)
        {
            std::string words;
            add_signed(words, "+\u00a0", change.came);
            add_signed(words, "−\u00a0", change.went);
            const bool has_untold = !change.holders_known && (change.before != change.after || change.highest != change.lowest);
            return words.empty() && has_untold ? "not looked for" : words;
        }

        std::string references(const LifeChange& change)
        {
            if (change.runs == 1 || change.statement != change.last_statement)
            {
                return count(change.after);
            }
            std::string words = count(change.before) + " → " + count(change.after);
            if (change.highest > std::max(change.before, change.after))
            {
                words += ", at most " + count(change.highest);
            }
            return words;
        }

        std::string numbers_of(const Life& life, const LifeChange& change)
        {
            if (change.statement < 0)
            {
                return "";
            }
            const int first = life.lines[static_cast<std::size_t>(change.statement)].line;
            const int last = life.lines[static_cast<std::size_t>(change.last_statement)].line;
            return first == last ? std::to_string(first) : std::to_string(first) + "–" + std::to_string(last);
        }

        report::Table table_of(const Life& life, const LifeStory& story, std::size_t& rows_left_out)
        {
            using report::Align;
            const bool has_loops = std::any_of(story.changes.begin(), story.changes.end(), [](const LifeChange& one)
                                               { return one.runs > 1 && one.statement == one.last_statement; });
            report::Table table;
            table.columns = {{"line", Align::right}, {"", Align::left}};
            if (has_loops)
            {
                table.columns.push_back({"runs", Align::right});
            }
            table.columns.push_back({"references", Align::right});
            table.columns.push_back({"came and went", Align::left});
            for (const LifeChange& change : story.changes)
            {
                const bool is_before = change.statement < 0;
                if (table.rows.size() == most_rows)
                {
                    rows_left_out = story.changes.size() - most_rows;
                    break;
                }
                const LifeLine line = is_before ? LifeLine{} : life.lines[static_cast<std::size_t>(change.statement)];
                std::vector<report::Entry> row = {numbers_of(life, change),
                                                  is_before                                   ? "before"
                                                  : change.last_statement != change.statement ? "…"
                                                                                              : cut(line.source, source_columns)};
                if (has_loops)
                {
                    row.push_back(is_before ? "" : count(change.runs));
                }
                row.push_back(references(change));
                row.push_back(came_and_went(change));
                table.rows.push_back(row);
            }
            return table;
        }

        void add_story(const Life& life, const LikeStories& like, std::vector<report::Part>& parts)
        {
            const LifeStory& story = life.stories[like.first];
            std::size_t rows_left_out = 0;
            if (story.watching != Watching::never_ends) // whose count says nothing of this cell
            {
                parts.push_back(table_of(life, story, rows_left_out));
            }
            if (rows_left_out > 0)
            {
                parts.push_back(report::Paragraph{"And " + count(static_cast<std::int64_t>(rows_left_out)) + " more lines.", true});
            }
            for (const std::string& remark : remarks_of(life, story))
            {
                parts.push_back(report::Paragraph{remark, true});
            }
            if (like.number > 1)
            {
                parts.push_back(report::Paragraph{"The lines are those of the first of them.", true});
            }
        }

        void add_limits(const Life& life, std::vector<report::Part>& parts)
        {
            if (life.more_objects > 0)
            {
                parts.push_back(report::Paragraph{"At most " + count(most_followed) + " objects at a time and " + count(most_stories) +
                                                  " in all are followed: " + count(life.more_objects) + " more were bound and are not told of."});
            }
            if (life.is_blind)
            {
                parts.push_back(report::Paragraph{"Something replaced Python's object allocator while the cell ran: ends may have been missed."});
            }
            if (life.searches_left_out > 0)
            {
                parts.push_back(report::Paragraph{"Who holds an object was not looked for each time: in the first runs of a line only, and no more than 50 times. Counts are of all runs.", true});
            }
            if (!life.never_bound.empty() && !life.stories.empty())
            {
                std::string names;
                for (const std::string& name : life.never_bound)
                {
                    names += (names.empty() ? "" : ", ") + cut(name, holder_columns);
                }
                parts.push_back(report::Paragraph{"Never bound to anything: " + names + ".", true});
            }
        }

        std::string next_of(const Life& life)
        {
            const auto lives = std::find_if(life.stories.rbegin(), life.stories.rend(),
                                            [](const LifeStory& story)
                                            { return story.ending == Ending::alive && story.watching != Watching::never_ends; });
            const bool can_go = lives != life.stories.rend() && lives->unexplained == 0 && lives->not_looked_for == 0 && !lives->lets_go.empty() &&
                                lives->lets_go.size() <= most_statements &&
                                std::find(lives->lets_go.begin(), lives->lets_go.end(), "") == lives->lets_go.end();
            if (!can_go)
            {
                return "";
            }
            std::string statements;
            for (const std::string& one : lives->lets_go)
            {
                statements += (statements.empty() ? "" : ", then ") + cut(one, statement_columns);
            }
            return statements + " lets it go.";
        }
    }

    report::Document life_report(const Life& life)
    {
        report::Document document;
        document.kind = "life";
        document.finding = finding_of(life);
        const std::vector<LikeStories> groups = fold(life);
        const bool is_open = groups.size() <= most_open;
        for (std::size_t index = 0; index < std::min(groups.size(), most_told); ++index)
        {
            if (is_open)
            {
                if (groups.size() > 1)
                {
                    const LifeStory& story = life.stories[groups[index].first];
                    document.parts.push_back(report::Paragraph{cut(story.name + " (" + story.type + ")", holder_columns)});
                }
                add_story(life, groups[index], document.parts);
                continue;
            }
            report::Details details;
            details.summary = sentence_of(life, groups[index]);
            details.summary.erase(std::remove(details.summary.begin(), details.summary.end(), '*'), details.summary.end());
            add_story(life, groups[index], details.parts);
            document.parts.push_back(details);
        }
        if (groups.size() > most_told)
        {
            document.parts.push_back(report::Paragraph{"And " + count(static_cast<std::int64_t>(groups.size() - most_told)) + " more.", true});
        }
        add_limits(life, document.parts);
        document.next = next_of(life);
        document.data = data_of(life);
        return document;
    }
}
