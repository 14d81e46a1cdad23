#include "magics/gc_look.hpp"

#include <algorithm>

#include "cpython/block.hpp"
#include "cpython/referents.hpp"
#include "cpython/tracked.hpp"
#include "magics/gc_cycles.hpp"

namespace xmemory::magics
{
    namespace
    {
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
            std::unordered_set<std::uint32_t> cycles;
            for (const std::uint32_t place : places)
            {
                const std::uint32_t cycle = before.cycle_of[place];
                if (cycle != cpython::Cycles::none && cycles.insert(cycle).second)
                {
                    ++story.alike[before.group_of[cycle]].remaining;
                }
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
    }

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
        GroupedCycles grouped = group_cycles(before.unreachable, holdings, cycles, before.dying);
        story.alike = std::move(grouped.groups);
        before.group_of = std::move(grouped.group_of);
        before.cycle_of = cycles.of;
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

    void look_after(const Before& before, const CountByType& counted_before, core::MakerId made_meanwhile, GcStory& story)
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
}
