#include "magics/life_story.hpp"
#include "report/characters.hpp"

namespace xmemory::magics
{
    namespace
    {
        using nlohmann::json;

        constexpr int most_columns = 100;

        std::string shown(const std::string& words) { return report::cut_to_width(report::visible(words), most_columns); }

        json statement_data(const Life& life, int statement)
        {
            return statement < 0 ? json() : json(life.lines[static_cast<std::size_t>(statement)].line);
        }

        const char* name_of(Ending ending)
        {
            switch (ending)
            {
            case Ending::alive:
                return "alive";
            case Ending::last_reference:
                return "last_reference";
            case Ending::collector:
                return "gc";
            case Ending::resized:
                return "resized";
            case Ending::unknown:
                return "unknown";
            }
            return "";
        }

        json cut(const std::vector<std::string>& words)
        {
            json all = json::array();
            for (const std::string& one : words)
            {
                all.push_back(shown(one));
            }
            return all;
        }

        json tracking_data(const Tracking& tracking)
        {
            return {{"tracked", tracking.is},
                    {"can_be_tracked", tracking.can_be},
                    {"generation", !tracking.generation        ? json()
                                   : *tracking.generation == 3 ? json("permanent")
                                                               : json(*tracking.generation)}};
        }

        json changes_data(const Life& life, const LifeStory& story)
        {
            json changes = json::array();
            for (const LifeChange& change : story.changes)
            {
                changes.push_back({{"line", statement_data(life, change.statement)},
                                   {"last_line", statement_data(life, change.last_statement)},
                                   {"runs", change.runs},
                                   {"references_before", change.before},
                                   {"references", change.after},
                                   {"references_lowest", change.lowest},
                                   {"references_highest", change.highest},
                                   {"came", cut(change.came)},
                                   {"went", cut(change.went)},
                                   {"holders_known", change.holders_known}});
            }
            return changes;
        }

        json end_data(const Life& life, const LifeStory& story)
        {
            if (story.ending == Ending::alive)
            {
                return nullptr;
            }
            const bool by_collector = story.ending == Ending::collector;
            return {{"how", name_of(story.ending)},
                    {"line", story.ended_line != 0 ? json(story.ended_line) : json()},
                    {"statement_line", statement_data(life, story.ended)},
                    {"function", story.ended_function},
                    {"on_another_thread", story.ended_on_another_thread},
                    {"last_holder", story.last_holder},
                    {"last_step", story.last_step},
                    {"generation", by_collector && story.generation >= 0 ? json(story.generation) : json()},
                    {"asked_for", by_collector ? json(story.asked_for) : json()},
                    {"unreachable", by_collector ? json(story.was_unreachable) : json()},
                    {"finalizer_ran", story.was_finalized && story.has_finalizer}};
        }

        json story_data(const Life& life, const LifeStory& story)
        {
            return {{"name", story.name},
                    {"type", shown(story.type)},
                    {"value", story.value.empty() ? json() : json(shown(story.value))},
                    {"was_there", story.was_there},
                    {"made", story.was_made ? json(*story.was_made) : json()},
                    {"bound_line", statement_data(life, story.bound)},
                    {"shared", story.watching == Watching::never_ends},
                    {"interned", story.is_interned},
                    {"lines", changes_data(life, story)},
                    {"references", story.ending == Ending::alive ? json(story.references) : json()},
                    {"gc_first", tracking_data(story.tracking_first)},
                    {"gc_last", tracking_data(story.tracking_last)},
                    {"weak_references", story.weak_references},
                    {"weak_callbacks", story.weak_callbacks},
                    {"has_finalizer", story.has_finalizer},
                    {"resurrected_line", story.finalized_by ? statement_data(life, *story.finalized_by) : json()},
                    {"ended", end_data(life, story)},
                    {"holders", cut(story.holders)},
                    {"lets_go", cut(story.lets_go)},
                    {"not_looked_for", story.not_looked_for},
                    {"unexplained_references", story.ending == Ending::alive ? json(story.unexplained) : json()},
                    {"sentence", report::visible(sentence_of(life, story))}};
        }
    }

    nlohmann::json data_of(const Life& life)
    {
        json stories = json::array();
        for (const LifeStory& story : life.stories)
        {
            stories.push_back(story_data(life, story));
        }
        return {{"names", life.names},
                {"stories", stories},
                {"more_objects", life.more_objects},
                {"never_bound", life.never_bound},
                {"complete", !life.is_blind},
                {"searches_left_out", life.searches_left_out},
                {"error", life.error.empty() ? json() : json(life.error)}};
    }
}
