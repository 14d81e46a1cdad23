// One object that is followed, as it was at the last look, and what a look adds to its story. Holds no reference to it. On the thread
// that runs the cells, with the GIL, as the tutor.
#pragma once

#include <string>
#include <vector>

#include <Python.h>

#include "cpython/object_watch.hpp"
#include "magics/life_holders.hpp"
#include "magics/life_story.hpp"

namespace xmemory::magics
{
    struct Followed
    {
        PyObject* object = nullptr; // there as long as its end was not told, or a variable leads to it
        std::size_t story = 0;      // its place in Life::stories
        bool is_watched = false;
        bool was_finalized = false;
        bool others_known = false;
        std::vector<std::string> now;       // the notebook's variables that are bound to it
        std::vector<std::string> variables; // those of the look before
        std::vector<LifeHolder> others;     // who else referred to it when that was looked for last
        Py_ssize_t references = 0;          // at the look before; 0: there was none
        std::int64_t seen_collections = 0;
    };

    // References to it now that are no variables of the notebook.
    Py_ssize_t others_of(const Followed& one);

    // What a statement has done to it so far; nullptr for nothing.
    LifeChange* find_change(LifeStory& story, int statement);

    // The statement has run once more, and the object is there: its count, and which variables came and went.
    void read_counts(LifeStory& story, Followed& one, int statement);

    // others: who else refers to it now.
    void note_others(LifeChange& change, Followed& one, std::vector<LifeHolder> others);

    // The object has ended while the statement ran. names: the notebook's.
    void end_story(LifeStory& story, const Followed& one, const cpython::object_watch::Death& death, int statement, PyObject* names);

    // Adds what is not there yet.
    void add_each_once(std::vector<std::string>& all, const std::vector<std::string>& more);
}
