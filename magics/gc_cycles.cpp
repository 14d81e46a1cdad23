#include "magics/gc_cycles.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t most_names = 6;
        constexpr std::size_t most_compared = 16; // types around a ring that tell one shape from another

        using Shape = std::vector<std::uintptr_t>; // how many objects, how long the ring, and the types around it

        // The same ring may be found from any of its objects: the types begin where their addresses are the least.
        Shape shape_of(const std::vector<PyTypeObject*>& ring, std::size_t members)
        {
            const std::size_t length = ring.size();
            std::vector<std::uintptr_t> types;
            for (PyTypeObject* type : ring)
            {
                types.push_back(reinterpret_cast<std::uintptr_t>(type));
            }
            std::vector<std::uintptr_t> least = types;
            for (std::size_t turn = 1; turn < length && length <= most_compared; ++turn)
            {
                std::rotate(types.begin(), types.begin() + 1, types.end());
                least = std::min(least, types);
            }
            if (length > most_compared)
            {
                std::sort(least.begin(), least.end());
                least.erase(std::unique(least.begin(), least.end()), least.end());
            }
            Shape shape{members, length};
            shape.insert(shape.end(), least.begin(), least.end());
            return shape;
        }
    }

    GroupedCycles group_cycles(const cpython::Unreachable& unreachable, const cpython::Holdings& holdings,
                               const cpython::Cycles& cycles, const cpython::Dying& dying)
    {
        std::vector<CyclesAlike> groups;
        std::map<Shape, std::uint32_t> places;
        std::vector<std::uint32_t> place_of;
        cpython::RingFinder rings(holdings, cycles);
        for (std::uint32_t cycle = 0; cycle < cycles.members.size(); ++cycle)
        {
            const std::vector<std::uint32_t>& members = cycles.members[cycle];
            std::vector<PyTypeObject*> types;
            for (const std::uint32_t place : rings.ring_of(cycle))
            {
                types.push_back(Py_TYPE(unreachable.objects[place]));
            }
            std::int64_t bytes = 0;
            for (const std::uint32_t place : members)
            {
                bytes += dying.unreachable[place].bytes;
            }
            const auto place = static_cast<std::uint32_t>(groups.size());
            const auto [found, is_new] = places.emplace(shape_of(types, members.size()), place);
            place_of.push_back(found->second);
            if (is_new)
            {
                groups.emplace_back();
            }
            CyclesAlike& group = groups[found->second];
            if (is_new)
            {
                for (std::size_t index = 0; index < std::min(types.size(), most_names); ++index)
                {
                    group.names.emplace_back(types[index]->tp_name);
                }
                group.objects = static_cast<std::int64_t>(members.size());
            }
            group.same_bytes = group.same_bytes && bytes * group.cycles == group.bytes;
            group.bytes += bytes;
            ++group.cycles;
        }
        std::vector<std::uint32_t> order(groups.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return groups[a].bytes > groups[b].bytes; });
        GroupedCycles sorted;
        std::vector<std::uint32_t> place_now(groups.size());
        for (const std::uint32_t place : order)
        {
            place_now[place] = static_cast<std::uint32_t>(sorted.groups.size());
            sorted.groups.push_back(std::move(groups[place]));
        }
        for (const std::uint32_t place : place_of)
        {
            sorted.group_of.push_back(place_now[place]);
        }
        return sorted;
    }
}
