#include "cpython/collections.hpp"

#include <algorithm>
#include <chrono>

#include "core/scope.hpp"
#include "core/tally.hpp"
#include "cpython/gc_entries.h"

namespace xmemory::cpython::collections
{
    namespace
    {
        using Counters = std::array<xmemory_gc_generation, xmemory_gc_generations>;

        Counters read_counters()
        {
            Counters counters;
            xmemory_read_gc(counters.data());
            return counters;
        }

        struct Watched
        {
            bool works = false;
            Seen seen;
            std::array<std::int64_t, xmemory_gc_generations> tutors{}; // collections that were not the cell's
            Counters before{};
        };

        // Plain memory, written with the GIL: nothing here allocates while the collector is watched.
        Watched watched;
        PyMethodDef* collect_method = nullptr;
        PyObject* (*original_collect)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*) = nullptr;
        Companion companion = nullptr;
        void (*each_listener)(const Collection& one) = nullptr;

        std::int64_t now()
        {
            return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
                .count();
        }

        bool is_the_cells(const core::ThreadRecord& record)
        {
            return record.role == core::Role::cell_thread ||
                   (record.role == core::Role::other_thread && record.cell_serial == core::active_cell.serial.load());
        }

        void note(const Collection& one)
        {
            if (!is_the_cells(core::here()))
            {
                ++watched.tutors[static_cast<std::size_t>(one.generation)];
                return;
            }
            Sums& sums = watched.seen.generations[static_cast<std::size_t>(one.generation)];
            ++sums.collections;
            sums.collected += one.collected;
            sums.uncollectable += one.uncollectable;
            sums.nanoseconds += one.nanoseconds;
            sums.longest_nanoseconds = std::max(sums.longest_nanoseconds, one.nanoseconds);
            if (watched.seen.first.size() < watched.seen.first.capacity())
            {
                watched.seen.first.push_back(one);
            }
        }

        // Notes the one collection between two readings; where there were several, none can be told, and end() will see that.
        void note_difference(const Counters& before, std::int64_t nanoseconds, bool asked_for)
        {
            const Counters after = read_counters();
            Collection one;
            std::int64_t collections = 0;
            for (int index = 0; index < xmemory_gc_generations; ++index)
            {
                const auto at = static_cast<std::size_t>(index);
                if (after[at].collections != before[at].collections)
                {
                    collections += after[at].collections - before[at].collections;
                    one = {index, nanoseconds, after[at].collected - before[at].collected,
                           after[at].uncollectable - before[at].uncollectable, asked_for};
                }
            }
            if (collections == 1)
            {
                note(one);
                if (each_listener != nullptr)
                {
                    each_listener(one);
                }
            }
        }

        template <typename Run>
        auto timed(bool asked_for, Run run)
        {
            const Counters before = read_counters();
            const std::int64_t began = now();
            const auto result = run();
            note_difference(before, now() - began, asked_for);
            return result;
        }

        PyObject* collect(PyObject* module, PyObject* const* arguments, Py_ssize_t count, PyObject* keywords)
        {
            const Asked asked(module, arguments, count, keywords);
            const core::ThreadRecord& record = core::here();
            const bool by_the_learner = record.runs_cells && record.role == core::Role::cell_thread;
            return companion && by_the_learner ? companion(asked) : asked();
        }

        // The method definition of gc.collect is CPython's own static data: whoever imported the function before has ours too.
        bool replace_collect()
        {
            PyObject* module = PyImport_ImportModule("gc");
            PyObject* function = module ? PyObject_GetAttrString(module, "collect") : nullptr;
            const bool known =
                function && PyCFunction_CheckExact(function) &&
                reinterpret_cast<PyCFunctionObject*>(function)->m_ml->ml_flags == (METH_FASTCALL | METH_KEYWORDS);
            if (known && original_collect == nullptr)
            {
                collect_method = reinterpret_cast<PyCFunctionObject*>(function)->m_ml;
                original_collect =
                    reinterpret_cast<decltype(original_collect)>(reinterpret_cast<void*>(collect_method->ml_meth));
                collect_method->ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(collect));
            }
            Py_XDECREF(function);
            Py_XDECREF(module);
            PyErr_Clear();
            return known;
        }

        // Makes more lists than the threshold and CPython's free list of lists together.
        void bring_on_an_automatic_one()
        {
            constexpr Py_ssize_t number = 1'000;
            PyObject* lists = PyList_New(number);
            for (Py_ssize_t index = 0; lists && index < number; ++index)
            {
                PyList_SET_ITEM(lists, index, PyList_New(0));
            }
            Py_XDECREF(lists);
            PyErr_Clear();
        }

        std::int64_t total(const Counters& counters)
        {
            return counters[0].collections + counters[1].collections + counters[2].collections;
        }

        // All that ran since begin() was noted, and something ran.
        bool all_were_noted()
        {
            const std::int64_t ran = total(read_counters()) - total(watched.before);
            return ran > 0 && ran == watched.tutors[0] + watched.tutors[1] + watched.tutors[2];
        }

        void ask_for_one()
        {
            PyObject* module = PyImport_ImportModule("gc");
            PyObject* result = module ? PyObject_CallMethod(module, "collect", "i", 1) : nullptr;
            Py_XDECREF(result);
            Py_XDECREF(module);
            PyErr_Clear();
        }
    }

    PyObject* Asked::operator()() const
    {
        return timed(true, [this] { return original_collect(module_, arguments_, count_, keywords_); });
    }

    int Asked::generation() const
    {
        if (PyVectorcall_NARGS(static_cast<std::size_t>(count_)) == 0 && keywords_ == nullptr)
        {
            return xmemory_gc_generations - 1;
        }
        // One argument, by position or by the only name that there is.
        if (count_ + (keywords_ ? PyTuple_GET_SIZE(keywords_) : 0) != 1 || !PyLong_CheckExact(arguments_[0]))
        {
            return -1;
        }
        const long generation = PyLong_AsLong(arguments_[0]);
        PyErr_Clear();
        return generation >= 0 && generation < xmemory_gc_generations ? static_cast<int>(generation) : -1;
    }

    bool watch()
    {
        const core::TutorScope scope;
        watched.seen.first.reserve(most_listed);
        watched.works = replace_collect();
        xmemory_watch_automatic_collections();
        for (void (*bring_one_on)() : {ask_for_one, bring_on_an_automatic_one})
        {
            begin();
            bring_one_on();
            watched.works = watched.works && all_were_noted();
        }
        return watched.works;
    }

    void begin()
    {
        watched.seen.generations = {};
        watched.seen.first.clear();
        watched.tutors = {};
        watched.before = read_counters();
    }

    Seen end()
    {
        Seen seen = watched.seen;
        const Counters now_counted = read_counters();
        for (std::size_t at = 0; at < seen.generations.size(); ++at)
        {
            const std::int64_t ran = now_counted[at].collections - watched.before[at].collections;
            seen.complete =
                seen.complete && (ran == 0 || watched.works) && ran == seen.generations[at].collections + watched.tutors[at];
        }
        if (!seen.complete)
        {
            seen.first.clear();
            for (std::size_t at = 0; at < seen.generations.size(); ++at)
            {
                seen.generations[at] = {now_counted[at].collections - watched.before[at].collections,
                                        now_counted[at].collected - watched.before[at].collected,
                                        now_counted[at].uncollectable - watched.before[at].uncollectable, 0, 0};
            }
        }
        return seen;
    }

    void tell_of_each(void (*listener)(const Collection& one)) { each_listener = listener; }

    void accompany(Companion with) { companion = with; }
}

void xmemory_note_automatic_collection(const xmemory_gc_generation before[], long long nanoseconds)
{
    using namespace xmemory::cpython::collections;
    Counters counters;
    std::copy_n(before, counters.size(), counters.begin());
    note_difference(counters, nanoseconds, false);
}
