// Follows the objects that some of the notebook's names are bound to, from look to look. Holds no reference to them, runs no code of
// theirs, and makes nothing in Python's heap but what its beginning needs. One at a time; on the thread that runs the cells, with the
// GIL, as the tutor.
#pragma once

#include <string>
#include <vector>

#include <pybind11/pybind11.h>

#include "cpython/object_watch.hpp"
#include "cpython/runtime_state.h"
#include "magics/life_holders.hpp"
#include "magics/life_lines.hpp"
#include "magics/life_story.hpp"

namespace xmemory::magics
{
    class __attribute__((visibility("hidden"))) LifeFollower
    {
    public:
        // names: identifiers. Throws UsageError where another one is at work, or the allocator cannot be watched.
        LifeFollower(const std::vector<std::string>& names, LifeLines& lines);
        ~LifeFollower();
        LifeFollower(const LifeFollower&) = delete;
        LifeFollower& operator=(const LifeFollower&) = delete;

        // The last look, when the body has ended.
        Life end(const std::string& error);

    private:
        struct Followed
        {
            PyObject* object = nullptr; // there as long as its end was not told, or a variable leads to it
            std::size_t story = 0;
            bool is_watched = false;
            bool was_finalized = false;
            bool others_known = false;
            std::vector<std::string> now;       // the notebook's variables that are bound to it
            std::vector<std::string> variables; // those of the look before
            std::vector<LifeHolder> others;     // who else referred to it when that was looked for last
            Py_ssize_t references = 0;          // at the look before; 0: there was none
            std::int64_t seen_collections = 0;
        };

        void begin(PyObject* file);
        void look(int next);
        void read_variables();
        void take_deaths();
        void read_all();
        void read_one(Followed& one, bool is_new);
        void find_new_ones();
        void begin_story(PyObject* object, const std::string& name);
        void end_story(const Followed& one, const cpython::object_watch::Death& death);
        void give_up();
        void look_for_others(const std::vector<Followed*>& changed);
        void note_others(Followed& one, std::vector<LifeHolder> others);
        void read_facts(Followed& one, LifeStory& story);
        void tell_holders();
        LifeChange* find_change(LifeStory& story) const;
        LifeChange& change_by_running(LifeStory& story, std::int64_t before) const;
        std::string step_of(const std::vector<std::string>& variables) const;
        PyObject* constants() const; // of the code that runs
        static Py_ssize_t others_of(const Followed& one);
        static std::int64_t collections_so_far();

        static void on_look(int next);
        static void on_first_code(PyObject* file);
        static LifeFollower* current_;

        LifeLines& lines_;
        pybind11::dict notebook_;
        cpython::NotebookPlaces places_;
        std::vector<pybind11::str> names_; // of Life::names
        std::vector<PyObject*> bound_;     // what each is bound to; nullptr for nothing
        std::vector<bool> was_bound_;      // at any look
        Life life_;
        std::vector<std::int64_t> runs_;
        std::vector<Followed> followed_;
        int running_ = -1; // the statement that runs; −1 before the first
        std::uint64_t version_ = 0; // of the notebook's dict, when variables were read
        bool is_new_to_variables_ = true;
        PyObject* last_left_out_ = nullptr; // compared only
        std::size_t searches_ = 0; // for who holds an object
        bool is_watching_ = false;
        bool is_over_ = false; // no code of the body runs any more
    };
}
