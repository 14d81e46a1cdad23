#include "magics/gc_cycles.hpp"

#include <algorithm>
#include <map>

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

    std::vector<CyclesAlike> group_cycles(const cpython::Unreachable& unreachable, const cpython::Holdings& holdings,
                                          const cpython::Cycles& cycles, const cpython::Dying& dying)
    {
        std::map<Shape, CyclesAlike> groups;
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
            CyclesAlike& group = groups[shape_of(types, members.size())];
            if (group.cycles == 0)
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
        std::vector<CyclesAlike> sorted;
        for (auto& [shape, group] : groups)
        {
            sorted.push_back(std::move(group));
        }
        std::sort(sorted.begin(), sorted.end(),
                  [](const CyclesAlike& a, const CyclesAlike& b)
                  { return a.bytes != b.bytes ? a.bytes > b.bytes : a.names < b.names; });
        return sorted;
    }
}
