#include "cpython/census.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cpython/address_table.hpp"
#include "cpython/block.hpp"
#include "cpython/free_lists.h"
#include "cpython/heap_walk.hpp"
#include "cpython/held_blocks.hpp"
#include "cpython/owned_blocks.hpp"
#include "cpython/pymalloc.hpp"
#include "cpython/type_table.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // Sums by type and maker: a hash table, since they come in turn.
        class Sums
        {
        public:
            Amounts& of(std::uint32_t type, core::MakerId maker)
            {
                if (type >= last_.size())
                {
                    last_.resize(type + 64);
                }
                Last& last = last_[type];
                if (last.sum == nullptr || last.maker != maker)
                {
                    last.sum = &found(type, maker);
                    last.maker = maker;
                }
                return *last.sum;
            }

            std::vector<Census::Type> by_type(const std::vector<TypeFacts>& types) const
            {
                std::map<std::uint32_t, ByMaker> by_number;
                for (const Sum& sum : sums_)
                {
                    if (sum.key != 0)
                    {
                        by_number[static_cast<std::uint32_t>(sum.key >> 16) - 1]
                                 [static_cast<core::MakerId>(sum.key & 0xFFFF)] = sum.amounts;
                    }
                }
                std::vector<Census::Type> all;
                for (auto& [number, by_maker] : by_number)
                {
                    all.push_back({types[number].type, std::move(by_maker)});
                }
                return all;
            }

        private:
            struct Sum
            {
                std::uint64_t key = 0; // 0: a free place
                Amounts amounts;
            };

            // The sum that a type's objects went to last: mostly the next one's goes there too.
            struct Last
            {
                Amounts* sum = nullptr;
                core::MakerId maker = 0;
            };

            Amounts& found(std::uint32_t type, core::MakerId maker)
            {
                const std::uint64_t key = key_of(type, maker);
                Sum* sum = &place_of(key);
                if (sum->key == 0)
                {
                    if ((used_ + 1) * 2 > sums_.size())
                    {
                        grow();
                        sum = &place_of(key);
                    }
                    ++used_;
                    sum->key = key;
                }
                return sum->amounts;
            }

            static std::uint64_t key_of(std::uint32_t type, core::MakerId maker)
            {
                return (std::uint64_t{type} + 1) << 16 | maker;
            }

            Sum& place_of(std::uint64_t key)
            {
                const std::size_t mask = sums_.size() - 1;
                std::size_t place = key * 0x9E3779B97F4A7C15u >> 40 & mask;
                while (sums_[place].key != 0 && sums_[place].key != key)
                {
                    place = (place + 1) & mask;
                }
                return sums_[place];
            }

            void grow()
            {
                std::vector<Sum> smaller(sums_.size() * 2);
                smaller.swap(sums_);
                std::fill(last_.begin(), last_.end(), Last());
                for (const Sum& sum : smaller)
                {
                    if (sum.key != 0)
                    {
                        place_of(sum.key) = sum;
                    }
                }
            }

            std::vector<Sum> sums_ = std::vector<Sum>(1024); // a power of two, at most half full
            std::size_t used_ = 0;
            std::vector<Last> last_; // by type
        };

        class Counting
        {
        public:
            Counting()
            {
                for (const pymalloc::Arena& arena : pymalloc::read_arenas())
                {
                    census_.unreadable_pools += blocks_.add(arena);
                }
            }

            bool count_all(const std::function<bool()>& keep_going)
            {
                return HeapWalk<Counting>(types_, *this, keep_going).visit_all();
            }

            void object(PyObject* object, std::uint32_t type)
            {
                const TypeFacts& facts = types_.all()[type];
                if (is_static_class(object, facts))
                {
                    return;
                }
                if (const auto own = claim(reinterpret_cast<char*>(object) - facts.bytes_before))
                {
                    objects_.of(type, own->maker) += {1, static_cast<std::int64_t>(own->asked_bytes)};
                    if (owns_blocks(facts))
                    {
                        type_ = type;
                        visit_owned_blocks(object, facts.layout, count_owned, this);
                    }
                }
            }

            void key_table(DictKeys* keys) { add(keys, census_.key_tables); }

            Census finish()
            {
                xmemory_visit_free_lists(
                    [](void* block, void* counting)
                    {
                        auto* self = static_cast<Counting*>(counting);
                        self->add(block, self->census_.free_lists);
                    },
                    this);
                count_all_left();
                census_.types = objects_.by_type(types_.all());
                census_.by_scan_only = look_alikes_.by_type(types_.all());
                return std::move(census_);
            }

        private:
            // What its tag or header says, where the block is in use and nobody has claimed it before.
            std::optional<Block> claim(void* block)
            {
                if (core::zone::in_zone(block))
                {
                    return blocks_.take_start(block) ? std::optional(read_small_block(block)) : std::nullopt;
                }
                const auto facts = read_block(block);
                if (!facts || elsewhere_.put(block, 1) != 0)
                {
                    return std::nullopt;
                }
                Amounts& large = census_.known_large[facts->maker];
                large.count += 1;
                large.bytes += static_cast<std::int64_t>(facts->asked_bytes);
                return facts;
            }

            void add(void* block, ByMaker& sums)
            {
                if (const auto facts = claim(block))
                {
                    sums[facts->maker] += {1, static_cast<std::int64_t>(facts->asked_bytes)};
                }
            }

            static void count_owned(void* block, void* counting)
            {
                auto* self = static_cast<Counting*>(counting);
                if (const auto facts = self->claim(block))
                {
                    self->objects_.of(self->type_, facts->maker).bytes += static_cast<std::int64_t>(facts->asked_bytes);
                }
            }

            // A block that nobody claims. It is told by a type that is known to be one, and a sensible count of references.
            const TypeFacts* look_alike(const char* block, std::size_t bytes) const
            {
                constexpr Py_ssize_t most_references = 1 << 24;
                for (const std::size_t before : {std::size_t{0}, std::size_t{16}, std::size_t{32}})
                {
                    if (before + sizeof(PyObject) > bytes)
                    {
                        break;
                    }
                    const auto* object = reinterpret_cast<const PyObject*>(block + before);
                    const TypeFacts* facts = types_.find(object->ob_type);
                    if (facts != nullptr && facts->bytes_before == before && object->ob_refcnt > 0 &&
                        object->ob_refcnt < most_references &&
                        before + static_cast<std::size_t>(facts->type->tp_basicsize) <= bytes + sizeof(PyObject))
                    {
                        return facts;
                    }
                }
                return nullptr;
            }

            // They lie anywhere: some are on their way from memory while others are looked at.
            void count_all_left()
            {
                std::array<const char*, 16> on_the_way{};
                std::size_t place = 0;
                blocks_.for_each_left(
                    [&](const char* block)
                    {
                        __builtin_prefetch(block);
                        std::swap(block, on_the_way[place++ % on_the_way.size()]);
                        if (block != nullptr)
                        {
                            count_left(block);
                        }
                    });
                for (const char* block : on_the_way)
                {
                    if (block != nullptr)
                    {
                        count_left(block);
                    }
                }
            }

            void count_left(const char* block)
            {
                const auto facts = read_block(const_cast<char*>(block));
                const Amounts one{1, static_cast<std::int64_t>(facts->asked_bytes)};
                if (const TypeFacts* type = look_alike(block, facts->set_aside_bytes))
                {
                    look_alikes_.of(types_.number_of(type->type), facts->maker) += one;
                }
                else
                {
                    census_.unclassified_small[facts->maker] += one;
                }
            }

            TypeTable types_;
            Census census_;
            HeldBlocks blocks_;
            AddressTable elsewhere_; // blocks outside of the pools that were claimed
            Sums objects_;
            Sums look_alikes_;
            std::uint32_t type_ = 0; // of the object that is being counted
        };
    }

    std::optional<Census> take_census(const std::function<bool()>& keep_going)
    {
        Counting counting;
        return counting.count_all(keep_going) ? std::optional(counting.finish()) : std::nullopt;
    }
}
