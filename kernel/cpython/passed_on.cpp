#include "cpython/passed_on.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cpython/pymalloc.hpp"

// The program's zeroed data begins and ends here (ld's own symbols).
extern "C" char __bss_start __attribute__((weak));
extern "C" char _end __attribute__((weak));

namespace xmemory::cpython::passed_on
{
    Py_ssize_t* count = nullptr;

    namespace
    {
        struct Candidate
        {
            Py_ssize_t* place;
            Py_ssize_t value;
        };

        // All words between these two values.
        std::vector<Candidate> words_between(Py_ssize_t lowest, Py_ssize_t highest)
        {
            std::vector<Candidate> found;
            const auto begin = reinterpret_cast<std::uintptr_t>(&__bss_start) + alignof(Py_ssize_t) - 1;
            auto* place = reinterpret_cast<Py_ssize_t*>(begin & ~(alignof(Py_ssize_t) - 1));
            for (; reinterpret_cast<char*>(place + 1) <= &_end; ++place)
            {
                if (*place >= lowest && *place <= highest)
                {
                    found.push_back({place, *place});
                }
            }
            return found;
        }

        void keep_those_that_changed_by(Py_ssize_t difference, std::vector<Candidate>& candidates)
        {
            const auto others = [&](const Candidate& one) { return *one.place != one.value + difference; };
            candidates.erase(std::remove_if(candidates.begin(), candidates.end(), others), candidates.end());
            for (Candidate& one : candidates)
            {
                one.value = *one.place;
            }
        }
    }

    void find(void* (*make)(std::size_t bytes), void (*release)(void* block))
    {
        count = nullptr;
        if (&__bss_start == nullptr || &_end == nullptr || PY_VERSION_HEX >= 0x030C0000) // later ones count for each interpreter
        {
            return;
        }
        constexpr int number = 101;
        constexpr Py_ssize_t most_before = 100'000;
        std::vector<void*> blocks;
        const auto make_more = [&](int more)
        {
            for (; more > 0; --more)
            {
                blocks.push_back(make(2 * pymalloc::largest_small));
            }
        };
        const auto release_some = [&](int fewer)
        {
            for (; fewer > 0; --fewer)
            {
                release(blocks.back());
                blocks.pop_back();
            }
        };
        blocks.reserve(2 * number);
        make_more(number);
        std::vector<Candidate> candidates = words_between(number, most_before);
        for (const int fewer : {1, 7, 30})
        {
            release_some(fewer);
            keep_those_that_changed_by(-fewer, candidates);
            make_more(2 * fewer);
            keep_those_that_changed_by(2 * fewer, candidates);
        }
        release_some(static_cast<int>(blocks.size()));
        count = candidates.size() == 1 ? candidates.front().place : nullptr;
    }
}
