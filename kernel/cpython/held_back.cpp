#include "cpython/held_back.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "cpython/block.hpp"
#include "cpython/dict_layout.hpp"
#include "cpython/free_lists.h"
#include "cpython/held_blocks.hpp"
#include "cpython/address_set.hpp"
#include "cpython/owned_blocks.hpp"
#include "cpython/referents.hpp"
#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using pymalloc::Arena;

        class Walk
        {
        public:
            Walk(const std::vector<Arena>& arenas, const std::function<bool()>& keep_going) : keep_going_(keep_going)
            {
                for (const Arena& arena : arenas)
                {
                    if (is_held_back(arena))
                    {
                        ++sums_.arenas;
                        sums_.blocks += arena.blocks_in_use();
                        sums_.used_bytes += arena.used_bytes();
                        sums_.unreadable_pools += blocks_.add(arena);
                    }
                }
            }

            std::optional<HeldBack> run()
            {
                for (int generation = 0; generation <= xmemory_gc_permanent && !blocks_.empty(); ++generation)
                {
                    for_each_tracked(generation,
                                     [this](PyObject* object)
                                     {
                                         if (goes_on())
                                         {
                                             claim(object);
                                             look_into(object);
                                             look_into_those_waiting();
                                         }
                                     });
                }
                if (stopped_)
                {
                    return std::nullopt;
                }
                xmemory_visit_free_lists(claim_free, this);
                blocks_.for_each_left([this](const char* block) { add(Pins::Kind::unknown, nullptr, block); });
                collect();
                return std::move(sums_);
            }

        private:
            bool goes_on()
            {
                constexpr std::int64_t between_questions = 1 << 16;
                if (!stopped_ && ++objects_since_question_ >= between_questions)
                {
                    objects_since_question_ = 0;
                    stopped_ = !keep_going_();
                }
                return !stopped_;
            }

            // The object's memory, where it lies in an arena that is held back.
            void claim(PyObject* object)
            {
                if (const char* start = blocks_.take(object))
                {
                    const bool is_its_own = start == start_of(object);
                    add(is_its_own ? Pins::Kind::object : Pins::Kind::unknown, is_its_own ? Py_TYPE(object) : nullptr,
                        start);
                }
            }

            static void claim_free(void* block, void* walk)
            {
                if (const char* start = static_cast<Walk*>(walk)->blocks_.take(block))
                {
                    static_cast<Walk*>(walk)->add(Pins::Kind::free_list, nullptr, start);
                }
            }

            void claim_part(void* block, PyTypeObject* type)
            {
                if (const char* start = blocks_.take(block))
                {
                    add(Pins::Kind::part, type, start);
                }
            }

            void claim_parts(PyObject* object)
            {
                struct Owner
                {
                    Walk* walk;
                    PyTypeObject* type;
                } owner{this, Py_TYPE(object)};
                visit_owned_blocks(
                    object,
                    [](void* block, void* context)
                    {
                        const auto* found = static_cast<const Owner*>(context);
                        found->walk->claim_part(block, found->type);
                    },
                    &owner);
            }

            void look_into(PyObject* object)
            {
                claim_parts(object);
                visit_referents(object, visit, this);
                if (PyDict_Check(object))
                {
                    meet_string_keys(*keys_of(reinterpret_cast<PyDictObject*>(object)));
                }
                else if (PyType_Check(object))
                {
                    if (DictKeys* keys = keys_of_class(reinterpret_cast<PyTypeObject*>(object)))
                    {
                        claim_part(keys, Py_TYPE(object));
                        meet_string_keys(*keys);
                    }
                }
            }

            // Those that are strings, which visit_referents leaves out.
            void meet_string_keys(const DictKeys& keys)
            {
                if (keys.kind != 0)
                {
                    keys.for_each_key([this](PyObject* key) { meet(key); });
                }
            }

            void look_into_those_waiting()
            {
                while (!waiting_.empty() && goes_on())
                {
                    PyObject* next = waiting_.back();
                    waiting_.pop_back();
                    look_into(next);
                }
            }

            static int visit(PyObject* object, void* walk)
            {
                static_cast<Walk*>(walk)->meet(object);
                return 0;
            }

            void meet(PyObject* object)
            {
                if (!goes_on())
                {
                    return;
                }
                claim(object);
                if (is_unknown_to_the_collector(object) && !met_.put(object))
                {
                    waiting_.push_back(object);
                }
            }

            // And may hold something. Most that are not in its lists are numbers and texts, which hold nothing.
            static bool is_unknown_to_the_collector(PyObject* object)
            {
                if (PyLong_CheckExact(object) || PyFloat_CheckExact(object) || PyBytes_CheckExact(object))
                {
                    return false;
                }
                if (PyUnicode_CheckExact(object))
                {
                    return !PyUnicode_IS_COMPACT_ASCII(object);
                }
                return PyObject_IS_GC(object) ? !PyObject_GC_IsTracked(object) : !PyType_Check(object);
            }

            void add(Pins::Kind kind, PyTypeObject* type, const char* block)
            {
                const auto facts = read_block(const_cast<char*>(block));
                Pins& pins = by_type_and_maker_[{kind, type, facts->maker}];
                ++pins.blocks;
                pins.bytes += static_cast<std::int64_t>(facts->asked_bytes);
                sums_.objects += kind == Pins::Kind::object;
            }

            static std::string name_of(PyTypeObject* type)
            {
                const std::string name = type != nullptr ? type->tp_name : "";
                return name.substr(name.rfind('.') + 1); // whole where there is no module before it
            }

            void collect()
            {
                std::map<std::tuple<Pins::Kind, std::string, core::MakerId>, Pins> by_name; // two types may have one name
                for (const auto& [key, pins] : by_type_and_maker_)
                {
                    const auto& [kind, type, maker] = key;
                    Pins& sum = by_name[{kind, name_of(type), maker}];
                    sum.blocks += pins.blocks;
                    sum.bytes += pins.bytes;
                }
                for (const auto& [key, pins] : by_name)
                {
                    const auto& [kind, type, maker] = key;
                    sums_.pins.push_back({kind, type, maker, pins.blocks, pins.bytes});
                }
                std::stable_sort(sums_.pins.begin(), sums_.pins.end(),
                                 [](const Pins& left, const Pins& right) { return left.blocks > right.blocks; });
            }

            HeldBack sums_;
            HeldBlocks blocks_;
            AddressSet met_; // those that hold others and are not in the collector's lists
            const std::function<bool()>& keep_going_;
            bool stopped_ = false;
            std::int64_t objects_since_question_ = 0;
            std::vector<PyObject*> waiting_;
            std::map<std::tuple<Pins::Kind, PyTypeObject*, core::MakerId>, Pins> by_type_and_maker_;
        };
    }

    bool is_held_back(const Arena& arena)
    {
        const bool is_being_filled =
            std::any_of(arena.pools.begin(), arena.pools.end(),
                        [](const pymalloc::Pool& pool) { return pool.state == pymalloc::PoolState::never_used; });
        const std::int64_t used = arena.used_bytes();
        return !is_being_filled && used > 0 &&
               static_cast<double>(used) < held_back_below * static_cast<double>(pymalloc::arena_size);
    }

    std::optional<HeldBack> find_held_back(const std::vector<Arena>& arenas, const std::function<bool()>& keep_going)
    {
        return Walk(arenas, keep_going).run();
    }
}
