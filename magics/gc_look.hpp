// The heap before and after a collection: what was unreachable, with all that would go with it, and what of it is still there. On
// the thread that runs the cells, with the GIL, as the tutor; see cpython/unreachable.hpp for when. Between the two looks the
// collection and nothing else of ours happens.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/maker.hpp"
#include "cpython/cycles.hpp"
#include "cpython/dying.hpp"
#include "magics/gc_story.hpp"

namespace xmemory::magics
{
    // What was unreachable and will go, by address: after the collection the objects themselves are looked at only where they
    // are known to be there still.
    struct Before
    {
        cpython::Unreachable unreachable;
        cpython::Dying dying;
        std::vector<std::uint32_t> cycle_of;        // by place in unreachable.objects
        std::vector<std::uint32_t> group_of;        // by cycle: its place in GcStory::alike
        std::vector<PyTypeObject*> types;           // of unreachable.objects
        std::vector<PyTypeObject*> types_with_them; // of dying.with_them
        std::unordered_map<PyTypeObject*, std::string> names;
    };

    using CountByType = std::unordered_map<PyTypeObject*, std::int64_t>;

    // Throws cpython::WalkInterrupted.
    void look_before(int generation, Before& before, GcStory& story);
    // The tracked objects of all generations, of the types of what was unreachable.
    CountByType count_by_type(const Before& before);
    // made_meanwhile: the maker of what the collection made, by finalizers.
    void look_after(const Before& before, const CountByType& counted_before, core::MakerId made_meanwhile, GcStory& story);
}
