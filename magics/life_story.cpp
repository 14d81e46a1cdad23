#include "magics/life_story.hpp"

#include <algorithm>
#include <map>

#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using nlohmann::json;
        using report::count;

        constexpr std::size_t most_holders_named = 4;
        constexpr std::size_t most_sentences = 3;

        std::string shown(const std::string& words) { return report::cut_to_width(report::visible(words), 100); }

        std::string listed(const std::vector<std::string>& words)
        {
            std::string text;
            const std::size_t named = std::min(words.size(), most_holders_named);
            const bool has_more = words.size() > named;
            for (std::size_t index = 0; index < named; ++index)
            {
                text += (index == 0 ? "" : index + 1 == named && !has_more ? " and " : ", ") + shown(words[index]);
            }
            return has_more ? text + " and " + count(static_cast<std::int64_t>(words.size() - named)) + " more" : text;
        }

        std::string bound_words(const Life& life, const LifeStory& story)
        {
            return story.was_there ? "there before"
                                   : (story.was_made.value_or(false) ? "made at " : "bound at ") + line_words(life, story.bound);
        }

        std::string subject(const Life& life, const LifeStory& story)
        {
            return "**" + shown(story.name) + "** (" + shown(story.type) + ", " + bound_words(life, story) + ")";
        }

        std::string place_words(const Life& life, const LifeStory& story)
        {
            const std::string statement = line_words(life, story.ended);
            if (story.ended_line == 0)
            {
                return story.ended_on_another_thread ? "on another thread, while " + statement + " ran" : "after " + statement;
            }
            const std::string line = "at line " + std::to_string(story.ended_line);
            const bool is_within = !story.ended_function.empty();
            return line + (is_within ? " in " + shown(story.ended_function) + "()" : "") +
                   (story.ended_on_another_thread ? " on another thread" : "") +
                   (is_within || story.ended_on_another_thread ? ", while " + statement + " ran" : "");
        }

        std::string collector_words(const LifeStory& story)
        {
            const std::string generation = story.generation < 0 ? "" : ", generation " + std::to_string(story.generation);
            return "a run of the garbage collector (" + std::string(story.asked_for ? "gc.collect()" : "automatic") + generation + ")";
        }

        std::string last_reference_words(const LifeStory& story)
        {
            if (story.last_holder.empty())
            {
                return ", when its last reference went";
            }
            const bool several = story.last_holder.find(" and ") != std::string::npos;
            return std::string(", when its last reference") + (several ? "s, the variables " : ", the variable ") +
                   shown(story.last_holder) + (several ? ", were " : ", was ") + story.last_step;
        }

        // What comes after the subject.
        std::string predicate(const Life& life, const LifeStory& story)
        {
            switch (story.ending)
            {
            case Ending::last_reference:
                return " died " + place_words(life, story) + last_reference_words(story) + ".";
            case Ending::collector:
                return " died " + place_words(life, story) + " in " + collector_words(story) +
                       (story.was_unreachable ? ", which found it unreachable: only a cycle still held it."
                                              : ", when its last reference went.");
            case Ending::resized:
                return " ended " + place_words(life, story) +
                       ": nothing else held it, so Python resized it in place for the one that follows.";
            case Ending::unknown:
                return " is out of sight since " + line_words(life, story.ended) +
                       ": no variable leads to it, and the end of such an object cannot be seen.";
            case Ending::alive:
                break;
            }
            if (story.watching == Watching::never_ends)
            {
                return " is part of Python itself or of a library: it is shared and never dies.";
            }
            std::string words = " is still there: " + references_words(story.references);
            words += story.holders.empty() ? "" : ", " + listed(story.holders);
            if (story.unexplained > 0 && !story.holders.empty())
            {
                words += ", and " + count(story.unexplained) + " that no object accounts for";
            }
            if (story.not_looked_for > 0)
            {
                words += ", and " + count(story.not_looked_for) + " that were not looked for";
            }
            return words + (story.unexplained > 0 && story.holders.empty() ? ", which no object accounts for." : ".");
        }

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

    std::string line_words(const Life& life, int statement)
    {
        return statement < 0 ? "the last line" : "line " + std::to_string(life.lines[static_cast<std::size_t>(statement)].line);
    }

    void fold_unchanged(LifeStory& story)
    {
        constexpr std::size_t worth_folding = 3;
        const auto changes_nothing = [](const LifeChange& one)
        {
            return one.statement >= 0 && one.before == one.after && one.lowest == one.highest && one.before == one.highest &&
                   one.came.empty() && one.went.empty();
        };
        std::vector<LifeChange> folded;
        for (std::size_t begin = 0, end = 0; begin < story.changes.size(); begin = end)
        {
            end = begin + 1;
            while (changes_nothing(story.changes[begin]) && end < story.changes.size() && changes_nothing(story.changes[end]))
            {
                ++end;
            }
            if (end - begin < worth_folding)
            {
                folded.insert(folded.end(), story.changes.begin() + static_cast<std::ptrdiff_t>(begin),
                              story.changes.begin() + static_cast<std::ptrdiff_t>(end));
                continue;
            }
            LifeChange all = story.changes[begin];
            all.last_statement = story.changes[end - 1].statement;
            for (std::size_t index = begin + 1; index < end; ++index)
            {
                all.runs += story.changes[index].runs;
            }
            folded.push_back(all);
        }
        story.changes = std::move(folded);
    }

    std::string references_words(std::int64_t references)
    {
        return count(references) + (references == 1 ? " reference" : " references");
    }

    std::string sentence_of(const Life& life, const LifeStory& story) { return subject(life, story) + predicate(life, story); }

    std::vector<LikeStories> fold(const Life& life)
    {
        std::vector<LikeStories> groups;
        std::map<std::string, std::size_t> group_of;
        for (std::size_t index = 0; index < life.stories.size(); ++index)
        {
            const auto [found, is_new] = group_of.emplace(sentence_of(life, life.stories[index]), groups.size());
            if (is_new)
            {
                groups.push_back({index, 0});
            }
            ++groups[found->second].number;
        }
        return groups;
    }

    std::string sentence_of(const Life& life, const LikeStories& like)
    {
        const LifeStory& story = life.stories[like.first];
        if (like.number == 1)
        {
            return sentence_of(life, story);
        }
        return "**" + shown(story.name) + "** was " + count(like.number) + " objects one after the other (" + shown(story.type) + ", " +
               bound_words(life, story) + "): each" + predicate(life, story);
    }

    std::vector<std::string> remarks_of(const Life& life, const LifeStory& story)
    {
        std::vector<std::string> remarks;
        const bool lives = story.ending == Ending::alive;
        if (story.watching == Watching::never_ends)
        {
            // Include/internal/pycore_object.h, _PyObject_IMMORTAL_REFCNT, 3.11
            constexpr std::int64_t count_of_what_is_made_in_advance = 999'999'999;
            remarks.push_back(story.references >= count_of_what_is_made_in_advance
                                  ? "Its count, " + count(story.references) +
                                        " when last seen, began with 999,999,999, so that it never falls to 0."
                                  : "Its count, " + count(story.references) +
                                        " when last seen, is of all who use it, and the program itself never lets go of it.");
            return remarks;
        }
        if (story.is_interned)
        {
            remarks.push_back("It is interned: one text for all who need it. The table by which Python finds it again holds no "
                              "reference that counts, so it dies like any other.");
        }
        if (story.weak_references > 0)
        {
            const bool one = story.weak_references == 1;
            remarks.push_back(count(story.weak_references) + (one ? " weak reference leads to it" : " weak references lead to it") +
                              (story.weak_callbacks > 0 ? " (" + count(story.weak_callbacks) + " with a callback)" : "") +
                              ": not in the count, and no reason to " + (lives ? "stay." : "have stayed."));
        }
        if (story.finalized_by)
        {
            remarks.push_back("Its __del__ ran at " + line_words(life, *story.finalized_by) +
                              " and it was resurrected: a new reference came meanwhile. __del__ does not run a second time.");
        }
        else if (story.was_finalized && story.has_finalizer)
        {
            remarks.push_back("Its __del__ ran as it died.");
        }
        if (!story.tracking_first.can_be)
        {
            remarks.push_back("The garbage collector does not track a " + shown(story.type) +
                              ": it cannot be in a cycle, and its last reference is its end.");
        }
        else if (!story.tracking_first.is && !story.tracking_last.is)
        {
            remarks.push_back("The garbage collector did not track it: it holds nothing that could be in a cycle.");
        }
        else if (!story.tracking_last.is)
        {
            remarks.push_back("The garbage collector tracked it at first, and no longer after " +
                              line_words(life, story.untracked_by.value_or(-1)) + ": it holds nothing that could be in a cycle.");
        }
        else
        {
            const auto name = [](const Tracking& tracking)
            { return !tracking.generation || *tracking.generation < 3 ? std::to_string(tracking.generation.value_or(0)) : "permanent"; };
            remarks.push_back("The garbage collector tracked it, in generation " +
                              (story.tracking_first.is && !(story.tracking_first == story.tracking_last)
                                   ? name(story.tracking_first) + " first and " + name(story.tracking_last) + " at last."
                                   : name(story.tracking_last) + "."));
        }
        return remarks;
    }

    std::string finding_of(const Life& life)
    {
        if (life.stories.empty())
        {
            return life.names.size() == 1 ? "**" + shown(life.names[0]) + "** was never bound to anything in this cell."
                                          : "None of the names was bound to anything in this cell.";
        }
        const std::vector<LikeStories> groups = fold(life);
        std::string words;
        if (groups.size() <= most_sentences)
        {
            for (const LikeStories& group : groups)
            {
                words += (words.empty() ? "" : " ") + sentence_of(life, group);
            }
            return words;
        }
        std::map<Ending, std::int64_t> number;
        std::int64_t shared = 0;
        for (const LifeStory& story : life.stories)
        {
            const bool is_shared = story.watching == Watching::never_ends;
            shared += is_shared;
            number[story.ending] += !is_shared;
        }
        const auto add = [&](std::int64_t some, const std::string& what)
        {
            if (some > 0)
            {
                words += (words.empty() ? ": " : ", ") + count(some) + " " + what;
            }
        };
        add(number[Ending::last_reference], "died of their last reference");
        add(number[Ending::collector], "in a run of the garbage collector");
        add(number[Ending::resized], "resized for their successors");
        add(number[Ending::alive], number[Ending::alive] == 1 ? "is still there" : "are still there");
        add(number[Ending::unknown], "out of sight");
        add(shared, "shared with all of Python");
        return "**" + count(static_cast<std::int64_t>(life.stories.size())) + " objects** were followed" + words + ".";
    }

    json data_of(const Life& life)
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
