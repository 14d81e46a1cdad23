#include "magics/life_follower.hpp"

#include <algorithm>
#include <iterator>

#include "cpython/look_point.hpp"
#include "cpython/object_text.hpp"
#include "cpython/tracked.hpp"
#include "magics/command.hpp"
#include "magics/life_holders.hpp"
#include "magics/named_values.hpp"
#include "magics/notebook_places.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace watch = cpython::object_watch;

    namespace
    {
        constexpr std::size_t longest_name = 60;
        constexpr std::size_t most_searches = 50; // on the way: each takes some passes over the heap
        constexpr std::size_t most_searches_at_end = 24;
        constexpr std::int64_t runs_with_searches = 3; // of each statement

        bool is_tracked(PyObject* object)
        {
            return PyObject_IS_GC(object) != 0 && (reinterpret_cast<const cpython::CollectorHead*>(object) - 1)->next != 0;
        }

        bool is_in_generation(int generation, PyObject* object)
        {
            bool found = false;
            cpython::for_each_tracked(generation, [&](PyObject* one) { found = found || one == object; });
            return found;
        }

        // Past the oldest list, which is the longest: what is tracked and in no other is in that one.
        int generation_of(PyObject* object)
        {
            for (const int generation : {0, 1, static_cast<int>(xmemory_gc_permanent)})
            {
                if (is_in_generation(generation, object))
                {
                    return generation;
                }
            }
            return xmemory_gc_generations - 1;
        }

        Tracking tracking_of(PyObject* object)
        {
            Tracking tracking;
            tracking.can_be = PyType_IS_GC(Py_TYPE(object));
            tracking.is = is_tracked(object);
            tracking.generation = tracking.is ? std::optional<int>(generation_of(object)) : std::nullopt;
            return tracking;
        }

        // A __del__ of a Python class: classes written in C have their tp_finalize from C (Objects/typeobject.c, slot_tp_finalize).
        bool has_python_finalizer(PyTypeObject* type)
        {
            const PyTypeObject* base = type;
            while (base != nullptr && PyType_HasFeature(const_cast<PyTypeObject*>(base), Py_TPFLAGS_HEAPTYPE))
            {
                base = base->tp_base;
            }
            return base != type && type->tp_finalize != nullptr && (base == nullptr || type->tp_finalize != base->tp_finalize);
        }

        bool was_finalized(PyObject* object)
        {
            return PyType_IS_GC(Py_TYPE(object)) && PyObject_GC_IsFinalized(object) != 0;
        }

        void count_weak_references(PyObject* object, LifeStory& story)
        {
            story.weak_references = 0;
            story.weak_callbacks = 0;
            if (!PyType_SUPPORTS_WEAKREFS(Py_TYPE(object)))
            {
                return;
            }
            auto* one = *reinterpret_cast<PyWeakReference**>(PyObject_GET_WEAKREFS_LISTPTR(object));
            for (; one != nullptr; one = one->wr_next)
            {
                ++story.weak_references;
                story.weak_callbacks += one->wr_callback != nullptr;
            }
        }

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

        std::string joined(const std::vector<std::string>& words)
        {
            std::string text;
            for (std::size_t index = 0; index < words.size(); ++index)
            {
                text += (index == 0 ? "" : index + 1 == words.size() ? " and " : ", ") + words[index];
            }
            return text;
        }
    }

    LifeFollower* LifeFollower::current_ = nullptr;

    LifeFollower::LifeFollower(const std::vector<std::string>& names, LifeLines& lines)
        : lines_(lines), notebook_(notebook_names()), places_(notebook_places())
    {
        if (current_ != nullptr)
        {
            throw UsageError("%%memory life is at work already in this cell: follow all the names in one.");
        }
        life_.names = names;
        for (const std::string& name : names)
        {
            names_.emplace_back(name);
        }
        bound_.resize(names.size());
        was_bound_.resize(names.size());
        current_ = this;
        lines_.on_first_code = on_first_code;
        cpython::look_point::listen(on_look);
    }

    LifeFollower::~LifeFollower()
    {
        cpython::look_point::listen(nullptr);
        lines_.on_first_code = nullptr;
        if (is_watching_)
        {
            watch::end();
        }
        current_ = nullptr;
    }

    void LifeFollower::on_first_code(PyObject* file) { current_->begin(file); }
    void LifeFollower::on_look(int next) { current_->look(next); }

    void LifeFollower::begin(PyObject* file)
    {
        is_watching_ = watch::begin(file);
        if (!is_watching_)
        {
            throw UsageError("%%memory life cannot see when objects end: something has replaced or wrapped Python's object "
                             "allocator. Turn it off, or restart the kernel.");
        }
    }

    // running_ has run once, and next runs next.
    void LifeFollower::look(int next)
    {
        runs_.resize(std::max(runs_.size(), lines_.lines().size()));
        if (running_ >= 0)
        {
            ++runs_[static_cast<std::size_t>(running_)];
        }
        if (life_.is_blind || watch::is_blind())
        {
            give_up();
        }
        else
        {
            read_variables();
            take_deaths();
            find_new_ones();
            read_variables();
            read_all();
        }
        running_ = next;
        watch::begin_line();
    }

    // An end may have been missed: none of them may be looked at any more.
    void LifeFollower::give_up()
    {
        life_.is_blind = true;
        for (const Followed& one : followed_)
        {
            life_.stories[one.story].ending = Ending::unknown;
            life_.stories[one.story].ended = running_;
        }
        followed_.clear();
    }

    // Which variables are bound to each of those that are followed, and what the names are bound to.
    void LifeFollower::read_variables()
    {
        const std::uint64_t version = reinterpret_cast<PyDictObject*>(notebook_.ptr())->ma_version_tag;
        if (version == version_ && !is_new_to_variables_)
        {
            return;
        }
        version_ = version;
        is_new_to_variables_ = false;
        for (std::size_t index = 0; index < names_.size(); ++index)
        {
            bound_[index] = find_variable(notebook_.ptr(), names_[index].ptr());
            was_bound_[index] = was_bound_[index] || bound_[index] != nullptr;
        }
        for (Followed& one : followed_)
        {
            one.now.clear();
        }
        if (followed_.empty())
        {
            return;
        }
        PyObject *key = nullptr, *value = nullptr;
        for (Py_ssize_t at = 0; PyDict_Next(notebook_.ptr(), &at, &key, &value);)
        {
            for (Followed& one : followed_)
            {
                if (one.object == value)
                {
                    one.now.push_back(PyUnicode_Check(key) ? cpython::text_of(key, longest_name)
                                                           : "a key of type " + std::string(Py_TYPE(key)->tp_name));
                }
            }
        }
    }

    void LifeFollower::take_deaths()
    {
        for (const watch::Death& death : watch::take_deaths())
        {
            const auto found = std::find_if(followed_.begin(), followed_.end(),
                                            [&](const Followed& one) { return one.is_watched && one.object == death.object; });
            if (found != followed_.end())
            {
                end_story(*found, death);
                followed_.erase(found);
            }
        }
        // Of the others it is only known that they are there as long as a variable leads to them.
        for (std::size_t index = followed_.size(); index-- > 0;)
        {
            Followed& one = followed_[index];
            LifeStory& story = life_.stories[one.story];
            if (!one.is_watched && one.now.empty())
            {
                story.ended = running_;
                story.ending = story.watching == Watching::never_ends ? Ending::alive : Ending::unknown;
                followed_.erase(followed_.begin() + static_cast<std::ptrdiff_t>(index));
            }
        }
    }

    void LifeFollower::end_story(const Followed& one, const watch::Death& death)
    {
        LifeStory& story = life_.stories[one.story];
        story.ending = death.how == watch::Death::How::collector ? Ending::collector
                       : death.how == watch::Death::How::resized ? Ending::resized
                                                                 : Ending::last_reference;
        story.ended = running_;
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
            story.last_step = step_of(one.variables);
        }
        std::vector<std::string> went = one.variables;
        const std::vector<std::string> others = words_of(one.others);
        went.insert(went.end(), others.begin(), others.end());
        LifeChange& change = change_by_running(story, one.references);
        change.after = 0;
        change.lowest = 0;
        add_each_once(change.went, went);
        change.holders_known = change.holders_known && one.others_known;
    }

    // What became of variables that were bound to an object that is gone.
    std::string LifeFollower::step_of(const std::vector<std::string>& variables) const
    {
        std::size_t rebound = 0;
        PyObject *key = nullptr, *value = nullptr;
        for (Py_ssize_t at = 0; PyDict_Next(notebook_.ptr(), &at, &key, &value);)
        {
            rebound += PyUnicode_Check(key) && std::find(variables.begin(), variables.end(),
                                                         cpython::text_of(key, longest_name)) != variables.end();
        }
        return rebound == 0 ? "deleted" : rebound == variables.size() ? "rebound" : "deleted or rebound";
    }

    void LifeFollower::find_new_ones()
    {
        for (std::size_t index = 0; index < names_.size(); ++index)
        {
            PyObject* object = bound_[index];
            const bool is_known = std::any_of(followed_.begin(), followed_.end(),
                                              [&](const Followed& one) { return one.object == object; });
            if (object == nullptr || is_known)
            {
                continue;
            }
            if (life_.stories.size() >= most_stories || followed_.size() >= most_followed)
            {
                life_.more_objects += object != last_left_out_;
                last_left_out_ = object;
                continue;
            }
            begin_story(object, life_.names[index]);
        }
    }

    void LifeFollower::begin_story(PyObject* object, const std::string& name)
    {
        const watch::Answer answer = watch::watch(object);
        LifeStory story;
        story.name = name;
        story.type = Py_TYPE(object)->tp_name;
        story.value = cpython::literal_of(object).value_or("");
        story.was_there = running_ < 0;
        story.was_made = story.was_there ? std::optional(false) : watch::was_made_on_this_line(object);
        story.bound = running_;
        story.watching = answer == watch::Answer::watched        ? Watching::to_the_end
                         : answer == watch::Answer::lies_outside ? Watching::never_ends
                                                                 : Watching::while_named;
        story.is_interned = PyUnicode_Check(object) && PyUnicode_CHECK_INTERNED(object) != 0;
        story.has_finalizer = has_python_finalizer(Py_TYPE(object));
        story.tracking_first = tracking_of(object);
        story.tracking_last = story.tracking_first;
        Followed one;
        one.object = object;
        one.story = life_.stories.size();
        one.is_watched = answer == watch::Answer::watched;
        one.was_finalized = was_finalized(object);
        one.seen_collections = collections_so_far();
        life_.stories.push_back(std::move(story));
        followed_.push_back(std::move(one));
        is_new_to_variables_ = true;
    }

    void LifeFollower::read_all()
    {
        std::vector<Followed*> to_be_searched;
        for (Followed& one : followed_)
        {
            const bool is_new = one.references == 0;
            const Py_ssize_t others = others_of(one);
            const auto others_before = one.references - static_cast<Py_ssize_t>(one.variables.size());
            const bool may_differ = is_new ? others != 0 : others != others_before;
            if (running_ >= 0 || is_new)
            {
                read_one(one, is_new);
                if (may_differ && one.is_watched)
                {
                    to_be_searched.push_back(&one);
                }
            }
            if (others == 0 && !may_differ)
            {
                one.others_known = true;
            }
            read_facts(one, life_.stories[one.story]);
        }
        look_for_others(to_be_searched);
        for (Followed& one : followed_)
        {
            one.variables = one.now;
            one.references = Py_REFCNT(one.object);
            life_.stories[one.story].references = one.references;
        }
    }

    void LifeFollower::read_one(Followed& one, bool is_new)
    {
        const Py_ssize_t references = Py_REFCNT(one.object);
        LifeChange& change = change_by_running(life_.stories[one.story], one.references);
        change.after = references;
        change.lowest = change.runs == 1 ? references : std::min<std::int64_t>(change.lowest, references);
        change.highest = std::max<std::int64_t>(change.highest, references);
        add_each_once(change.came, without(one.now, one.variables));
        add_each_once(change.went, without(one.variables, one.now));
        one.others_known = one.others_known || is_new; // nobody held it before
    }

    LifeChange* LifeFollower::find_change(LifeStory& story) const
    {
        const auto found = std::find_if(story.changes.rbegin(), story.changes.rend(),
                                        [&](const LifeChange& one) { return one.statement == running_; });
        return found != story.changes.rend() ? &*found : nullptr;
    }

    // The change that this statement makes, a new one or that of its earlier runs; it has counted this run.
    LifeChange& LifeFollower::change_by_running(LifeStory& story, std::int64_t before) const
    {
        if (LifeChange* found = find_change(story))
        {
            ++found->runs;
            return *found;
        }
        LifeChange change;
        change.statement = running_;
        change.last_statement = running_;
        change.before = before;
        story.changes.push_back(change);
        return story.changes.back();
    }

    // References to it now that are no variables of the notebook.
    Py_ssize_t LifeFollower::others_of(const Followed& one)
    {
        return Py_REFCNT(one.object) - static_cast<Py_ssize_t>(one.now.size());
    }

    void LifeFollower::look_for_others(const std::vector<Followed*>& changed)
    {
        const bool may_look = xmemory_gc_is_collecting() == 0 &&
                              (running_ < 0 || runs_[static_cast<std::size_t>(running_)] <= runs_with_searches);
        std::vector<Followed*> held;
        for (Followed* one : changed)
        {
            LifeChange& change = *find_change(life_.stories[one->story]);
            if (others_of(*one) != 0 && (!may_look || searches_ + held.size() >= most_searches))
            {
                change.holders_known = false;
                one->others_known = false;
                ++life_.searches_left_out;
            }
            else if (others_of(*one) != 0)
            {
                held.push_back(one);
            }
            else
            {
                note_others(*one, {});
            }
        }
        if (held.empty())
        {
            return;
        }
        searches_ += held.size();
        std::vector<PyObject*> objects;
        std::transform(held.begin(), held.end(), std::back_inserter(objects), [](const Followed* one) { return one->object; });
        std::vector<std::vector<LifeHolder>> holders = name_holders(objects, places_, constants());
        for (std::size_t index = 0; index < held.size(); ++index)
        {
            std::vector<LifeHolder>& others = holders[index];
            others.erase(std::remove_if(others.begin(), others.end(), [](const LifeHolder& one) { return one.is_variable; }), others.end());
            note_others(*held[index], std::move(others));
        }
    }

    void LifeFollower::note_others(Followed& one, std::vector<LifeHolder> others)
    {
        LifeChange& change = *find_change(life_.stories[one.story]);
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

    PyObject* LifeFollower::constants() const { return is_over_ ? nullptr : lines_.constants(); }

    std::int64_t LifeFollower::collections_so_far()
    {
        xmemory_gc_generation generations[xmemory_gc_generations];
        xmemory_read_gc(generations);
        return generations[0].collections + generations[1].collections + generations[2].collections;
    }

    void LifeFollower::read_facts(Followed& one, LifeStory& story)
    {
        count_weak_references(one.object, story);
        if (!one.was_finalized && was_finalized(one.object))
        {
            one.was_finalized = true;
            story.finalized_by = story.has_finalizer ? std::optional(running_) : std::nullopt;
        }
        const std::int64_t collections = collections_so_far();
        if (collections == one.seen_collections && is_tracked(one.object) == story.tracking_last.is)
        {
            return;
        }
        one.seen_collections = collections;
        const bool was_tracked = story.tracking_last.is;
        story.tracking_last = tracking_of(one.object);
        story.untracked_by = story.tracking_last.is ? std::nullopt : was_tracked ? std::optional(running_) : story.untracked_by;
    }

    void LifeFollower::tell_holders()
    {
        std::vector<PyObject*> objects;
        std::vector<LifeStory*> stories;
        for (const Followed& one : followed_)
        {
            LifeStory& story = life_.stories[one.story];
            story.tracking_last = tracking_of(one.object); // gc.freeze moves them without a collection
            story.holders = one.now;
            if (story.watching == Watching::never_ends)
            {
                continue;
            }
            if (objects.size() == most_searches_at_end)
            {
                story.not_looked_for = others_of(one);
                continue;
            }
            objects.push_back(one.object);
            stories.push_back(&story);
        }
        const std::vector<std::vector<LifeHolder>> holders = name_holders(objects, places_, constants());
        for (std::size_t index = 0; index < objects.size(); ++index)
        {
            stories[index]->holders.clear();
            for (const LifeHolder& holder : holders[index])
            {
                stories[index]->unexplained += holder.is_object ? 0 : holder.references;
                if (holder.is_object)
                {
                    stories[index]->holders.push_back(holder.words);
                    add_each_once(stories[index]->lets_go, {holder.lets_go});
                }
            }
        }
    }

    Life LifeFollower::end(const std::string& error)
    {
        if (is_watching_)
        {
            is_over_ = true;
            look(-1);
            tell_holders();
        }
        life_.error = error;
        life_.lines = lines_.lines();
        for (LifeStory& story : life_.stories)
        {
            fold_unchanged(story);
        }
        runs_.resize(life_.lines.size());
        for (std::size_t index = 0; index < life_.lines.size(); ++index)
        {
            life_.lines[index].runs = runs_[index];
        }
        for (std::size_t index = 0; index < names_.size(); ++index)
        {
            if (!was_bound_[index])
            {
                life_.never_bound.push_back(life_.names[index]);
            }
        }
        return std::move(life_);
    }
}
