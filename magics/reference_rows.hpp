// The rows of a reference tree as they are chosen: which of many get one of their own, and which are folded. For
// reference_tree.cpp and holder_tree.cpp, on their terms.
#pragma once

#include <string>
#include <vector>

#include "cpython/heap_graph.hpp"
#include "magics/reference_tree.hpp"

namespace xmemory::magics
{
    class ReferenceRows
    {
    public:
        using Number = cpython::HeapGraph::Number;

        // One of those that might follow below a row.
        struct Candidate
        {
            Number node = 0;
            std::int64_t bytes = 0;
            std::int64_t objects = 1;
        };

        explicit ReferenceRows(const cpython::HeapGraph& graph) : graph_(graph) {}

        ReferenceTree tree; // its rows and what is between them
        const std::vector<Number>& nodes() const { return nodes_; } // by row: 0 where it is no object

        std::size_t left() const { return most_rows - tree.rows.size(); }
        std::size_t row_of(Number node) const; // most_rows where it has none

        void add(Number node, ReferenceTree::Row row);
        // Largest first, those of which there are many of one type folded. name gives each its name.
        template <typename Name>
        void add_below(std::size_t parent, std::vector<Candidate> candidates, Name name)
        {
            for (const Candidate& one : choose(candidates))
            {
                add(one.node, {name(one.node), type_of(one.node), value_of(one.node), one.bytes, 1, parent, {}});
            }
            fold(parent, candidates);
        }

        // The references between the rows that the tree does not tell, each pair once. holders: a row holds its parent, not the other
        // way round.
        void add_across(bool holders);

        std::string type_of(Number node) const;
        std::string value_of(Number node) const;
        // "[0]", ".rows"; " (inside)" where Python has no word for it.
        std::string words_between(Number holder, Number held) const;

    private:
        std::vector<Candidate> choose(std::vector<Candidate>& candidates) const;
        void fold(std::size_t parent, const std::vector<Candidate>& rest);
        void mark_cycles(bool holders);

        const cpython::HeapGraph& graph_;
        std::vector<Number> nodes_;
    };
}
