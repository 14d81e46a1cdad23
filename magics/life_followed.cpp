#include "magics/life_followed.hpp"

#include <algorithm>

#include "cpython/object_text.hpp"

namespace xmemory::magics
{
    using cpython::object_watch::Death;

    namespace
    {
        constexpr std::size_t longest_name = 60;

        template <typename Value>
        std::vector<Value> without(std::vector<Value> values, const std::vector<Value>& taken)
        {
            const auto is_taken = [&](const Value& one) { return std::find(taken.begin(), taken.end(), one) != taken.end(); };
            values.erase(std::remove_if(values.begin(), values.end(), is_taken), values.end());
            return values;
        }

        std::vector<std::string> words_of(const std::vector<LifeHolder>& holders)
        {
            std::vector<std::string> words;
            for (const LifeHolder& one : holders)
            {
                words.push_back(one.words);
            }
            return words;
        }

        std::string joined(const std::vector<std::string>& words)
        {
            std::string text;
            for (std::size_t index = 0; index < words.size(); ++index)
            {
                text += (index == 0 ? "" : index + 1 == words.size() ? " and " : ", ") + words[index];
            }
            return text;
        }

        // What became of variables that were bound to an object that is gone.
        std::string step_of(const std::vector<std::string>& variables, PyObject* names)
        {
            std::size_t rebound = 0;
            PyObject *key = nullptr, *value = nullptr;
            for (Py_ssize_t at = 0; PyDict_Next(names, &at, &key, &value);)
            {
                rebound += PyUnicode_Check(key) && std::find(variables.begin(), variables.end(),
                                                             cpython::text_of(key, longest_name)) != variables.end();
            }
            return rebound == 0 ? "deleted" : rebound == variables.size() ? "rebound" : "deleted or rebound";
        }

        // The change that this statement makes, a new one or that of its earlier runs; it has counted this run.
        LifeChange& change_by(LifeStory& story, int statement, std::int64_t before)
        {
            if (LifeChange* found = find_change(story, statement))
            {
                ++found->runs;
                return *found;
            }
            LifeChange change;
            change.statement = statement;
            change.last_statement = statement;
            change.before = before;
            story.changes.push_back(change);
            return story.changes.back();
        }
    }

    void add_each_once(std::vector<std::string>& all, const std::vector<std::string>& more)
    {
        for (const std::string& one : more)
        {
            if (std::find(all.begin(), all.end(), one) == all.end())
            {
                all.push_back(one);
            }
        }
    }

    Py_ssize_t others_of(const Followed& one)
    {
        return Py_REFCNT(one.object) - static_cast<Py_ssize_t>(one.now.size());
    }

    LifeChange* find_change(LifeStory& story, int statement)
    {
        const auto found = std::find_if(story.changes.rbegin(), story.changes.rend(),
                                        [&](const LifeChange& one) { return one.statement == statement; });
        return found != story.changes.rend() ? &*found : nullptr;
    }

    void read_counts(LifeStory& story, Followed& one, int statement)
    {
        const Py_ssize_t references = Py_REFCNT(one.object);
        LifeChange& change = change_by(story, statement, one.references);
        change.after = references;
        change.lowest = change.runs == 1 ? references : std::min<std::int64_t>(change.lowest, references);
        change.highest = std::max<std::int64_t>(change.highest, references);
        add_each_once(change.came, without(one.now, one.variables));
        add_each_once(change.went, without(one.variables, one.now));
        one.others_known = one.others_known || one.references == 0; // nobody held it before
    }

    void note_others(LifeChange& change, Followed& one, std::vector<LifeHolder> others)
    {
        if (one.others_known)
        {
            add_each_once(change.came, words_of(without(others, one.others)));
            add_each_once(change.went, words_of(without(one.others, others)));
        }
        else
        {
            change.holders_known = false;
        }
        one.others = std::move(others);
        one.others_known = true;
    }

    void end_story(LifeStory& story, const Followed& one, const Death& death, int statement, PyObject* names)
    {
        story.ending = death.how == Death::How::collector ? Ending::collector
                       : death.how == Death::How::resized ? Ending::resized
                                                                 : Ending::last_reference;
        story.ended = statement;
        story.ended_line = death.line;
        story.ended_function = std::string(death.function) == "<module>" ? "" : death.function;
        story.ended_on_another_thread = death.on_another_thread;
        story.generation = death.generation;
        story.asked_for = death.asked_for;
        story.was_unreachable = death.was_unreachable;
        story.was_finalized = death.was_finalized;
        story.finalized_by = death.was_finalized ? story.finalized_by : std::nullopt;
        if (static_cast<Py_ssize_t>(one.variables.size()) == one.references && !one.variables.empty())
        {
            story.last_holder = joined(one.variables);
            story.last_step = step_of(one.variables, names);
        }
        std::vector<std::string> went = one.variables;
        const std::vector<std::string> others = words_of(one.others);
        went.insert(went.end(), others.begin(), others.end());
        LifeChange& change = change_by(story, statement, one.references);
        change.after = 0;
        change.lowest = 0;
        add_each_once(change.went, went);
        change.holders_known = change.holders_known && one.others_known;
    }
}
