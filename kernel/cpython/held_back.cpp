#include "cpython/held_back.hpp"

#include <algorithm>
#include <bitset>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "core/zone.hpp"
#include "cpython/block.hpp"
#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using pymalloc::Arena;
        namespace zone = core::zone;

        constexpr std::size_t granules = pymalloc::arena_size / core::granule;
        using Granules = std::bitset<granules>;

        std::size_t slot_of(const void* address)
        {
            return (reinterpret_cast<std::uintptr_t>(address) - zone::base) / zone::slot_size;
        }

        std::size_t granule_of(const void* address)
        {
            return reinterpret_cast<std::uintptr_t>(address) % pymalloc::arena_size / core::granule;
        }

        // Something for each slot of the arena zone that has it.
        template <typename Value>
        class BySlot
        {
        public:
            Value* find(const void* address) const
            {
                const std::size_t slot = slot_of(address);
                return slot < values_.size() ? values_[slot].get() : nullptr;
            }

            Value& make(const void* address)
            {
                const std::size_t slot = slot_of(address);
                if (slot >= values_.size())
                {
                    values_.resize(slot + 1);
                }
                if (!values_[slot])
                {
                    values_[slot] = std::make_unique<Value>();
                }
                return *values_[slot];
            }

        private:
            std::vector<std::unique_ptr<Value>> values_;
        };

        // The blocks in use of the arenas that are held back, each taken out when it is known what it is.
        class Blocks
        {
        public:
            Blocks(const std::vector<Arena>& arenas, HeldBack& sums)
            {
                for (const Arena& arena : arenas)
                {
                    if (is_held_back(arena))
                    {
                        ++sums.arenas;
                        sums.blocks += arena.blocks_in_use();
                        sums.used_bytes += arena.used_bytes();
                        add(arena, sums);
                    }
                }
            }

            bool empty() const { return all_.empty(); }

            // Whether address lies in a block that was not taken yet; then it is, and start is the block's.
            bool take(const void* address, const char*& start)
            {
                if (!zone::in_zone(address))
                {
                    return false;
                }
                Granules* live = live_.find(address);
                if (live == nullptr)
                {
                    return false;
                }
                const char* pool = pymalloc::pool_of(address);
                start = pymalloc::block_at(pool, pymalloc::read_pool(pool), address);
                if (start == nullptr || !live->test(granule_of(start)))
                {
                    return false;
                }
                live->reset(granule_of(start));
                return true;
            }

            template <typename Visit>
            void for_each_left(Visit visit) const
            {
                for (const char* arena : all_)
                {
                    const Granules& live = *live_.find(arena);
                    for (std::size_t granule = live._Find_first(); granule < granules; granule = live._Find_next(granule))
                    {
                        visit(arena + granule * core::granule);
                    }
                }
            }

        private:
            void add(const Arena& arena, HeldBack& sums)
            {
                all_.push_back(arena.address);
                Granules& live = live_.make(arena.address);
                for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
                {
                    const bool known =
                        pymalloc::for_each_live_block(arena, index, [&](const char* block) { live.set(granule_of(block)); });
                    sums.unreadable_pools += !known;
                }
            }

            std::vector<const char*> all_;
            BySlot<Granules> live_;
        };

        // Objects that hold others and are not in the collector's lists, each met once.
        class Met
        {
        public:
            bool for_the_first_time(PyObject* object)
            {
                if (!zone::in_zone(object))
                {
                    return elsewhere_.insert(object).second;
                }
                auto bit = in_zone_.make(object)[granule_of(object)];
                const bool first = !bit;
                bit = true;
                return first;
            }

        private:
            BySlot<Granules> in_zone_;
            std::unordered_set<PyObject*> elsewhere_;
        };

        class Walk
        {
        public:
            Walk(const std::vector<Arena>& arenas, const std::function<bool()>& keep_going)
                : blocks_(arenas, sums_), keep_going_(keep_going)
            {}

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
                                             visit_referents(object);
                                         }
                                     });
                }
                if (stopped_)
                {
                    return std::nullopt;
                }
                blocks_.for_each_left([this](const char* block) { add(nullptr, block); });
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
                const char* start = nullptr;
                if (blocks_.take(object, start))
                {
                    add(start == start_of(object) ? Py_TYPE(object) : nullptr, start);
                }
            }

            void visit_referents(PyObject* object)
            {
                traverse(object);
                while (!waiting_.empty() && goes_on())
                {
                    PyObject* next = waiting_.back();
                    waiting_.pop_back();
                    PyCode_Check(next) ? traverse_code(reinterpret_cast<PyCodeObject*>(next)) : traverse(next);
                }
            }

            void traverse(PyObject* object)
            {
                if (const traverseproc visit_all = Py_TYPE(object)->tp_traverse)
                {
                    visit_all(object, visit, this);
                }
            }

            static int visit(PyObject* object, void* walk)
            {
                static_cast<Walk*>(walk)->meet(object);
                return 0;
            }

            void meet(PyObject* object)
            {
                if (object == nullptr || !goes_on())
                {
                    return;
                }
                claim(object);
                const bool holds_others_unseen =
                    PyCode_Check(object) || (PyObject_IS_GC(object) && !PyObject_GC_IsTracked(object));
                if (holds_others_unseen && met_.for_the_first_time(object))
                {
                    waiting_.push_back(object);
                }
            }

            // Code is not the collector's, and holds much: constants, names, tables (Include/cpython/code.h, 3.11).
            void traverse_code(PyCodeObject* code)
            {
                for (PyObject* part : {code->co_consts, code->co_names, code->co_exceptiontable, code->co_localsplusnames,
                                       code->co_localspluskinds, code->co_filename, code->co_name, code->co_qualname,
                                       code->co_linetable, static_cast<PyObject*>(code->_co_code)})
                {
                    meet(part);
                }
            }

            void add(PyTypeObject* type, const char* block)
            {
                const auto facts = read_block(const_cast<char*>(block));
                Pins& pins = by_type_and_maker_[{type, facts->maker}];
                ++pins.blocks;
                pins.bytes += static_cast<std::int64_t>(facts->asked_bytes);
                sums_.objects += type != nullptr;
            }

            static std::string name_of(PyTypeObject* type)
            {
                const std::string name = type != nullptr ? type->tp_name : "";
                return name.substr(name.rfind('.') + 1); // whole where there is no module before it
            }

            void collect()
            {
                std::map<std::pair<std::string, core::MakerId>, Pins> by_name; // two types may have one name
                for (const auto& [key, pins] : by_type_and_maker_)
                {
                    const auto& [type, maker] = key;
                    Pins& sum = by_name[{name_of(type), maker}];
                    sum.blocks += pins.blocks;
                    sum.bytes += pins.bytes;
                }
                for (auto& [key, pins] : by_name)
                {
                    sums_.pins.push_back({key.first, key.second, pins.blocks, pins.bytes});
                }
                std::stable_sort(sums_.pins.begin(), sums_.pins.end(),
                                 [](const Pins& left, const Pins& right) { return left.blocks > right.blocks; });
            }

            HeldBack sums_;
            Blocks blocks_;
            Met met_;
            const std::function<bool()>& keep_going_;
            bool stopped_ = false;
            std::int64_t objects_since_question_ = 0;
            std::vector<PyObject*> waiting_;
            std::map<std::pair<PyTypeObject*, core::MakerId>, Pins> by_type_and_maker_;
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
