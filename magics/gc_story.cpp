#include "magics/gc_story.hpp"

#include <chrono>

#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "cpython/block.hpp"
#include "cpython/free_lists.h"
#include "cpython/tracked.hpp"
#include "magics/gc_look.hpp"

namespace xmemory::magics
{
    namespace
    {
        using Clock = std::chrono::steady_clock;

        bool telling = false;

        class Telling
        {
        public:
            Telling() { telling = true; }
            ~Telling() { telling = false; }
            Telling(const Telling&) = delete;
            Telling& operator=(const Telling&) = delete;
        };

        double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

        Generations read_generations()
        {
            Generations generations;
            xmemory_gc_schedule schedule[xmemory_gc_generations];
            xmemory_read_gc_schedule(schedule);
            for (int index = 0; index < xmemory_gc_generations; ++index)
            {
                GenerationState& generation = generations[static_cast<std::size_t>(index)];
                generation.count = schedule[index].count;
                generation.threshold = schedule[index].threshold;
                cpython::for_each_tracked(index, [&](PyObject*) { ++generation.objects; });
            }
            return generations;
        }

        std::int64_t free_list_bytes()
        {
            std::int64_t bytes = 0;
            xmemory_visit_free_lists(
                [](void* block, void* sum)
                {
                    const auto read = cpython::read_block(block);
                    *static_cast<std::int64_t*>(sum) += read ? static_cast<std::int64_t>(read->asked_bytes) : 0;
                },
                &bytes);
            return bytes;
        }

        void add_freed(const core::SpanFigures& span, const core::Amount& sources, const core::Amount& kernels,
                       GcStory& story)
        {
            for (const core::OriginSpan& origin : span.origins)
            {
                story.freed_bytes += origin.freed_earlier.bytes;
            }
            story.freed_by_cell = span.freed_earlier_by_cell;
            story.freed_of_sources_bytes = sources.bytes;
            story.freed_of_kernel_bytes = kernels.bytes;
            story.freed_bytes += sources.bytes + kernels.bytes;
        }
    }

    std::int64_t GcStory::freed_objects() const
    {
        std::int64_t objects = 0;
        for (const TypeOfGarbage& type : types)
        {
            objects += type.freed_objects;
        }
        return objects;
    }

    std::int64_t GcStory::freed_cycles() const
    {
        std::int64_t freed = cycles;
        for (const CyclesAlike& group : alike)
        {
            freed -= group.remaining;
        }
        return freed;
    }

    std::int64_t GcStory::told_bytes() const
    {
        std::int64_t bytes = other_known_bytes;
        for (const auto* list : {&types, &with_them})
        {
            for (const TypeOfGarbage& type : *list)
            {
                bytes += type.freed_bytes;
            }
        }
        return bytes;
    }

    bool collection_can_be_told()
    {
        return !telling && core::here().runs_cells && core::ledger::cell_is_running() && xmemory_gc_is_collecting() == 0;
    }

    GcStory tell_collection(int generation, const std::function<PyObject*()>& collect, PyObject*& result)
    {
        const Telling now;
        GcStory story;
        story.generation = generation;
        const auto began_looking = Clock::now();
        Before before;
        look_before(generation, before, story);
        const CountByType counted_before = count_by_type(before);
        if (generation + 1 < xmemory_gc_generations)
        {
            cpython::Unreachable all;
            cpython::find_unreachable(xmemory_gc_generations - 1, all);
            story.waiting_for_older = static_cast<std::int64_t>(all.objects.size()) - story.unreachable;
        }
        story.before = read_generations();
        story.keeps_all = xmemory_gc_saves_all() != 0;
        story.analysis_seconds = seconds_since(began_looking);

        xmemory_gc_generation counters_before[xmemory_gc_generations];
        xmemory_gc_generation counters_after[xmemory_gc_generations];
        xmemory_read_gc(counters_before);
        const int token = core::ledger::begin_measurement();
        const core::MakerId made_meanwhile = core::active_cell.maker;
        const core::Amount sources = core::ledger::freed_of_sources();
        const core::Amount kernels = core::ledger::freed_of_kernels();
        const std::int64_t free_lists = free_list_bytes();
        const auto began = Clock::now();
        {
            const core::LearnerScope scope;
            result = collect();
        }
        story.pause_seconds = seconds_since(began);
        story.free_list_bytes = free_lists - free_list_bytes();
        const core::Amount freed_of_sources = core::ledger::freed_of_sources() - sources;
        const core::Amount freed_of_kernels = core::ledger::freed_of_kernels() - kernels;
        const auto began_looking_again = Clock::now();
        xmemory_read_gc(counters_after);
        story.collected = counters_after[generation].collected - counters_before[generation].collected;
        story.uncollectable = counters_after[generation].uncollectable - counters_before[generation].uncollectable;
        look_after(before, counted_before, made_meanwhile, story);
        story.after = read_generations();
        add_freed(core::ledger::end_measurement(token), freed_of_sources, freed_of_kernels, story);
        story.analysis_seconds += seconds_since(began_looking_again);
        return story;
    }
}
