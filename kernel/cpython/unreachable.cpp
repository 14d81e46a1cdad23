#include "cpython/unreachable.hpp"

#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    namespace
    {
        constexpr std::uint32_t looks_for_a_signal = 1 << 14; // every so many objects

        // The references to an object that do not come from the walked objects; one that is below 0 is known to be reachable.
        using Outside = std::vector<Py_ssize_t>;
        constexpr Py_ssize_t reached = -1;

        struct Walk
        {
            const ObjectTable& numbers;
            Outside& outside;
            std::vector<std::uint32_t> waiting{};
        };

        int subtract(PyObject* target, void* context)
        {
            auto& walk = *static_cast<Walk*>(context);
            if (const std::uint32_t number = walk.numbers.find(target))
            {
                --walk.outside[number];
            }
            return 0;
        }

        int reach(PyObject* target, void* context)
        {
            auto& walk = *static_cast<Walk*>(context);
            const std::uint32_t number = walk.numbers.find(target);
            if (number != 0 && walk.outside[number] != reached)
            {
                walk.outside[number] = reached;
                walk.waiting.push_back(number);
            }
            return 0;
        }

        void traverse(PyObject* object, visitproc visit, Walk& walk) { Py_TYPE(object)->tp_traverse(object, visit, &walk); }

        // From what is held from outside, to all that this leads to. Oldest first, as the objects lie in memory.
        void reach_all(const std::vector<PyObject*>& tracked, Walk& walk)
        {
            std::uint32_t steps = 0;
            for (std::uint32_t number = 1; number < tracked.size(); ++number)
            {
                if (walk.outside[number] > 0)
                {
                    walk.outside[number] = reached;
                    walk.waiting.push_back(number);
                }
                while (!walk.waiting.empty())
                {
                    const std::uint32_t next = walk.waiting.back();
                    walk.waiting.pop_back();
                    traverse(tracked[next], reach, walk);
                    if (++steps % looks_for_a_signal == 0)
                    {
                        stop_walk_if_interrupted();
                    }
                }
            }
        }
    }

    void stop_walk_if_interrupted()
    {
        if (PyOS_InterruptOccurred()) // takes the note of it away
        {
            PyErr_SetInterrupt();
            throw WalkInterrupted{};
        }
    }

    std::int64_t count_tracked(int oldest)
    {
        std::int64_t objects = 0;
        for (int generation = 0; generation <= oldest; ++generation)
        {
            for_each_tracked(generation, [&](PyObject*) { ++objects; });
        }
        return objects;
    }

    void find_unreachable(int oldest, Unreachable& answer)
    {
        std::vector<PyObject*> tracked{nullptr};
        Outside outside{0};
        const auto objects = static_cast<std::size_t>(count_tracked(oldest)) + 1;
        tracked.reserve(objects);
        outside.reserve(objects);
        for (int generation = oldest; generation >= 0; --generation)
        {
            for_each_tracked(generation,
                             [&](PyObject* object)
                             {
                                 answer.numbers.put(object, static_cast<std::uint32_t>(tracked.size()));
                                 tracked.push_back(object);
                                 outside.push_back(Py_REFCNT(object));
                             });
        }
        answer.looked_at = static_cast<std::uint32_t>(tracked.size() - 1);
        Walk walk{answer.numbers, outside};
        for (std::uint32_t number = 1; number < tracked.size(); ++number)
        {
            traverse(tracked[number], subtract, walk);
            if (number % looks_for_a_signal == 0)
            {
                stop_walk_if_interrupted();
            }
        }
        reach_all(tracked, walk);
        answer.place_of.assign(tracked.size(), 0);
        for (std::uint32_t number = 1; number < tracked.size(); ++number)
        {
            if (outside[number] != reached)
            {
                answer.objects.push_back(tracked[number]);
                answer.place_of[number] = static_cast<std::uint32_t>(answer.objects.size());
            }
        }
    }
}
