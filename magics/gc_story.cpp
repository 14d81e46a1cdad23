#include "magics/gc_story.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "core/ledger.hpp"
#include "core/scope.hpp"
#include "cpython/block.hpp"
#include "cpython/cycles.hpp"
#include "cpython/dying.hpp"
#include "cpython/free_lists.h"
#include "cpython/interrupt_gate.hpp"
#include "cpython/referents.hpp"
#include "cpython/tracked.hpp"
#include "magics/gc_cycles.hpp"

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

        // What was unreachable and will go, by address: after the collection the objects themselves are looked at only where they
        // are known to be there still.
        struct Before
        {
            cpython::Unreachable unreachable;
            cpython::Dying dying;
            std::vector<PyTypeObject*> types;           // of unreachable.objects
            std::vector<PyTypeObject*> types_with_them; // of dying.with_them
            std::unordered_map<PyTypeObject*, std::string> names;
        };

        using CountByType = std::unordered_map<PyTypeObject*, std::int64_t>;

        // Of the types of what was unreachable only.
        CountByType count_by_type(const Before& before)
        {
            CountByType counts;
            for (PyTypeObject* type : before.types)
            {
                counts.emplace(type, 0);
            }
            PyTypeObject* last_type = nullptr;
            std::int64_t* last_count = nullptr;
            for (int generation = 0; generation < xmemory_gc_generations && !counts.empty(); ++generation)
            {
                cpython::for_each_tracked(generation,
                                          [&](PyObject* object)
                                          {
                                              if (Py_TYPE(object) != last_type)
                                              {
                                                  last_type = Py_TYPE(object);
                                                  const auto found = counts.find(last_type);
                                                  last_count = found == counts.end() ? nullptr : &found->second;
                                              }
                                              if (last_count != nullptr)
                                              {
                                                  ++*last_count;
                                              }
                                          });
            }
            return counts;
        }

        void look_before(int generation, Before& before, GcStory& story)
        {
            cpython::find_unreachable(generation, before.unreachable);
            story.looked_at = before.unreachable.looked_at;
            story.unreachable = static_cast<std::int64_t>(before.unreachable.objects.size());
            if (story.unreachable == 0)
            {
                return;
            }
            const cpython::Holdings holdings = cpython::find_holdings(before.unreachable);
            const cpython::Cycles cycles = cpython::find_cycles(holdings);
            before.dying = cpython::find_dying(before.unreachable);
            story.cycles = static_cast<std::int64_t>(cycles.members.size());
            for (const auto& members : cycles.members)
            {
                story.in_cycles += static_cast<std::int64_t>(members.size());
            }
            story.alike = group_cycles(before.unreachable, holdings, cycles, before.dying);
            story.other_known_bytes = before.dying.shared_key_bytes;
            const auto add_type = [&](PyObject* object, std::vector<PyTypeObject*>& types)
            {
                types.push_back(Py_TYPE(object));
                before.names.emplace(Py_TYPE(object), Py_TYPE(object)->tp_name);
            };
            for (PyObject* object : before.unreachable.objects)
            {
                add_type(object, before.types);
            }
            for (const cpython::DyingObject& one : before.dying.with_them)
            {
                add_type(one.object, before.types_with_them);
            }
        }

        // The unreachable objects that are still tracked, by their places. An object that the collection made at the address of
        // one that went has the span's maker.
        std::vector<std::uint32_t> still_there(const Before& before, core::MakerId made_meanwhile)
        {
            std::vector<std::uint32_t> places;
            for (int generation = 0; generation < xmemory_gc_generations; ++generation)
            {
                cpython::for_each_tracked(generation,
                                          [&](PyObject* object)
                                          {
                                              const std::uint32_t number = before.unreachable.numbers.find(object);
                                              const std::uint32_t place = number <= before.unreachable.looked_at
                                                                              ? before.unreachable.place_of[number]
                                                                              : 0;
                                              if (place != 0 && Py_TYPE(object) == before.types[place - 1])
                                              {
                                                  const auto block = cpython::read_block(cpython::start_of(object));
                                                  if (!block || block->maker != made_meanwhile)
                                                  {
                                                      places.push_back(place - 1);
                                                  }
                                              }
                                          });
            }
            return places;
        }

        // What those that are still there hold of what would have gone with them.
        std::unordered_set<PyObject*> still_held(const Before& before, const std::vector<std::uint32_t>& places)
        {
            struct Search
            {
                std::unordered_set<PyObject*> would_have_gone;
                std::unordered_set<PyObject*> held;
                std::vector<PyObject*> waiting;
            } search;
            if (places.empty())
            {
                return {};
            }
            for (const cpython::DyingObject& one : before.dying.with_them)
            {
                search.would_have_gone.insert(one.object);
            }
            const visitproc visit = [](PyObject* target, void* context)
            {
                auto& search = *static_cast<Search*>(context);
                if (search.would_have_gone.count(target) != 0 && search.held.insert(target).second)
                {
                    search.waiting.push_back(target);
                }
                return 0;
            };
            for (const std::uint32_t place : places)
            {
                cpython::visit_referents(before.unreachable.objects[place], visit, &search);
            }
            while (!search.waiting.empty())
            {
                PyObject* object = search.waiting.back();
                search.waiting.pop_back();
                cpython::visit_referents(object, visit, &search);
            }
            return std::move(search.held);
        }

        class TypeSums
        {
        public:
            TypeOfGarbage& of(const std::string& name)
            {
                TypeOfGarbage& type = types_[name];
                type.name = name;
                return type;
            }

            std::vector<TypeOfGarbage> sorted() const
            {
                std::vector<TypeOfGarbage> all;
                for (const auto& [name, type] : types_)
                {
                    all.push_back(type);
                }
                std::stable_sort(all.begin(), all.end(),
                                 [](const TypeOfGarbage& a, const TypeOfGarbage& b)
                                 { return a.freed_bytes > b.freed_bytes; });
                return all;
            }

        private:
            std::map<std::string, TypeOfGarbage> types_;
        };

        void add_remaining(const Before& before, const std::vector<std::uint32_t>& places, GcStory& story)
        {
            std::map<std::string, Remaining> by_name;
            for (const std::uint32_t place : places)
            {
                PyTypeObject* type = before.types[place];
                Remaining& remaining = by_name[before.names.at(type)];
                remaining.name = before.names.at(type);
                remaining.has_finalizer = type->tp_finalize != nullptr;
                remaining.has_legacy_finalizer = type->tp_del != nullptr;
                ++remaining.objects;
            }
            for (const auto& [name, remaining] : by_name)
            {
                story.remaining.push_back(remaining);
            }
        }

        void look_after(const Before& before, const CountByType& counted_before, core::MakerId made_meanwhile,
                        GcStory& story)
        {
            const std::vector<std::uint32_t> places = still_there(before, made_meanwhile);
            const std::unordered_set<PyObject*> held = still_held(before, places);
            add_remaining(before, places, story);
            std::vector<bool> remains(before.types.size());
            for (const std::uint32_t place : places)
            {
                remains[place] = true;
            }
            TypeSums types;
            for (std::size_t place = 0; place < before.types.size(); ++place)
            {
                TypeOfGarbage& type = types.of(before.names.at(before.types[place]));
                type.freed_objects += !remains[place];
                type.freed_bytes += remains[place] ? 0 : before.dying.unreachable[place].bytes;
            }
            TypeSums with_them;
            for (std::size_t index = 0; index < before.types_with_them.size(); ++index)
            {
                const cpython::DyingObject& one = before.dying.with_them[index];
                if (held.count(one.object) == 0)
                {
                    TypeOfGarbage& type = with_them.of(before.names.at(before.types_with_them[index]));
                    ++type.freed_objects;
                    type.freed_bytes += one.bytes;
                }
            }
            const CountByType counted_after = count_by_type(before);
            for (const auto& [type, count] : counted_before)
            {
                types.of(before.names.at(type)).before += count;
                types.of(before.names.at(type)).after += counted_after.at(type);
            }
            story.types = types.sorted();
            story.with_them = with_them.sorted();
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
