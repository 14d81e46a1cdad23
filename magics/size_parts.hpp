// What an object's memory is made of, by attribute, key and range of elements: each object that it leads to belongs to the part through
// which it is reached first, along a shortest path, so that the parts add up. Until nothing more is asked, nothing may be allocated in
// Python's heap. With the GIL.
#pragma once

#include <string>
#include <vector>

#include "cpython/heap_reach.hpp"
#include "cpython/references.hpp"
#include "magics/object_sizes.hpp"

namespace xmemory::magics
{
    class SizeTree
    {
    public:
        SizeTree(const cpython::HeapGraph& graph, const cpython::Reached& reached);

        // Largest first: up to ten, one for all keys or members, and one for the rest.
        std::vector<PartSize> parts_of(cpython::Number node) const;

        // Part after part, as long as one is most of what it is a part of.
        std::vector<PartSize> largest_path(cpython::Number node) const;

        // Of an object and all that is reached first through it.
        std::int64_t bytes_below(cpython::Number node) const { return cpython::sum_of(bytes_[node]); }
        std::int64_t objects_below(cpython::Number node) const { return objects_[node]; }

    private:
        struct Part
        {
            cpython::Reference reference;
            std::string prefix; // of the label: what stands between
            cpython::Number node = 0;
        };

        template <typename Visit>
        void for_each_part(cpython::Number node, Visit visit) const;
        PartSize size_of(const Part& part) const;
        bool is_most_of(cpython::Number part, cpython::Number node) const { return 2 * bytes_below(part) >= bytes_below(node); }
        bool has_one_large_part(cpython::Number node) const;
        std::vector<PartSize> ranges_of(cpython::Number node, Py_ssize_t elements) const;

        const cpython::HeapGraph& graph_;
        const cpython::Reached& reached_;
        cpython::LargeVector<cpython::BytesByOrigin> bytes_; // by node: its own and of all below it
        cpython::LargeVector<std::uint32_t> objects_;
    };
}
