// Follows the objects that some of the notebook's names are bound to, from look to look. Holds no reference to them, runs no code of
// theirs, and makes nothing in Python's heap but what its beginning needs. One at a time; on the thread that runs the cells, with the
// GIL, as the tutor.
#pragma once

#include <string>
#include <vector>

#include <pybind11/pybind11.h>

#include "cpython/runtime_state.h"
#include "magics/life_followed.hpp"
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
        void begin(PyObject* file);
        void look(int next);
        void read_variables();
        void take_deaths();
        void read_all();
        void find_new_ones();
        void begin_story(PyObject* object, const std::string& name);
        void give_up();
        void look_for_others(const std::vector<Followed*>& changed);
        void read_facts(Followed& one, LifeStory& story);
        void tell_holders();
        PyObject* constants() const; // of the code that runs
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
