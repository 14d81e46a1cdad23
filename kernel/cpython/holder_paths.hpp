// From what keeps itself to what is held: the places where each path to an object begins, and the path in words and as an expression.
// Reads the graph and the objects, runs no code, makes no object. With the GIL; nothing may be allocated in Python's heap meanwhile.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cpython/heap_reach.hpp"
#include "cpython/references.hpp"

namespace xmemory::cpython
{
    // What the notebook's machinery has, borrowed; nullptr for what there is none of.
    struct NotebookPlaces
    {
        PyObject* names = nullptr;        // the notebook's variables
        PyObject* outputs = nullptr;      // Out
        PyObject* hidden = nullptr;       // IPython's copy of _ and the like (user_ns_hidden)
        PyObject* shell = nullptr;        // get_ipython()
        PyObject* display_hook = nullptr; // has _, __ and ___ as attributes
        PyObject* last_result = nullptr;  // of the cell before
    };

    // One object on a path, and how the one before it holds it.
    struct HolderStep
    {
        std::string name; // "x", ".child", "[3]", " (inside)"
        std::string type; // of the object
        Number node = 0;
    };

    struct HolderPath
    {
        std::vector<HolderStep> steps;
        std::vector<Number> nodes; // all, from where it begins
        std::string words;      // as people read it, whatever it is
        std::string expression; // as Python reads it; "" where it cannot be typed, or only through a frame or what is private
        std::string import;     // the module that has to be imported for that, or ""
        bool begins_in_module = false;
        bool begins_in_machinery = false; // IPython's and the kernel's, or sys
    };

    // A local variable of a running frame, or what else a thread has.
    struct RunningLocal
    {
        std::string name; // "" for no variable
        std::string function;
        int line = 0;
        bool is_other_thread = false;
    };

    class HolderPaths
    {
    public:
        // Paths to what is held by object do not lead through it.
        HolderPaths(const HeapGraph& graph, const NotebookPlaces& places, Number object);

        // What nothing that Python knows leads to: held by C code, say.
        void begin_at_others(const std::vector<Number>& nodes);

        Number object() const { return object_; }
        bool is_reached(Number node) const { return reached_.from[node] != 0; }
        const LargeVector<Number>& nearest_first() const { return reached_.order; }

        // To a node that is reached, itself the last step but for a place where paths begin.
        HolderPath path_to(Number node) const;
        // The same, on along nodes each of which holds the next.
        HolderPath path_along(Number node, const std::vector<Number>& further) const;

        bool is_namespace(Number node) const { return places_.count(node) != 0; }
        // IPython's records of outputs, from which %xdel takes what it deletes.
        bool keeps_outputs(Number node) const { return keepers_of_outputs_.count(node) != 0; }
        bool is_notebook(Number node) const { return node != 0 && node == notebook_; }
        const RunningLocal* running_local(Number node) const;
        // References that running frames have to it, and no object accounts for.
        Py_ssize_t references_of_frames(Number node) const;

        // How a node holds another one.
        std::optional<Reference> reference(Number from, Number to) const;

    private:
        struct Place
        {
            std::string expression;
            std::string import;
            bool is_module = false;
            bool is_machinery = false;
        };

        void begin_at(PyObject* object, Place place);
        void begin_at_modules();
        void note_keepers_of_outputs(const NotebookPlaces& places);
        void begin_at_frames();
        std::vector<Number> nodes_to(Number node) const;
        HolderPath begin(Number node) const;
        void add_step(HolderPath& path, Number from, Number to) const;

        const HeapGraph& graph_;
        Number object_;
        Number notebook_ = 0;
        std::vector<Number> starts_;
        std::unordered_map<Number, Place> places_;
        std::unordered_map<Number, RunningLocal> locals_;
        std::unordered_map<Number, Py_ssize_t> of_frames_;
        std::unordered_set<Number> keepers_of_outputs_;
        Reached reached_;
    };
}
