// The cycles among unreachable objects: strongly connected components, and a shortest ring of each to draw. Reads only; see
// unreachable.hpp for when. No recursion, so that a chain of a million objects is no deeper than two.
#pragma once

#include <cstdint>
#include <vector>

#include "cpython/unreachable.hpp"

namespace xmemory::cpython
{
    // Which unreachable object holds which, by their places in Unreachable::objects.
    struct Holdings
    {
        std::vector<std::uint32_t> first; // of targets, by place; one more at the end
        std::vector<std::uint32_t> targets;
    };
    Holdings find_holdings(const Unreachable& unreachable);

    struct Cycles
    {
        static constexpr std::uint32_t none = 0xFFFFFFFF;

        std::vector<std::uint32_t> of;                   // by place: its cycle, or none where it only hangs on one
        std::vector<std::vector<std::uint32_t>> members; // by cycle: the places, oldest first
    };
    // Components of several objects that all lead to each other, and single objects that hold themselves.
    Cycles find_cycles(const Holdings& holdings);

    // A shortest ring through the oldest member of a cycle: each holds the next, the last the first.
    class RingFinder
    {
    public:
        RingFinder(const Holdings& holdings, const Cycles& cycles);
        std::vector<std::uint32_t> ring_of(std::uint32_t cycle);

    private:
        const Holdings& holdings_;
        const Cycles& cycles_;
        std::vector<std::uint32_t> from_; // by place: from where it was reached + 1
        std::vector<std::uint32_t> waiting_;
    };
}
