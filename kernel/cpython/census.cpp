#include "cpython/census.hpp"

#include "cpython/block.hpp"
#include "cpython/free_lists.h"
#include "cpython/held_blocks.hpp"
#include "cpython/owned_blocks.hpp"
#include "cpython/pymalloc.hpp"

namespace xmemory::cpython
{
    namespace
    {
        // Sums by type and maker, without a search where the last one comes again.
        class Sums
        {
        public:
            Amounts& of(std::uint32_t type, core::MakerId maker)
            {
                const std::uint64_t key = std::uint64_t{type} << 16 | maker;
                if (key != last_key_ || last_ == nullptr)
                {
                    last_key_ = key;
                    last_ = &sums_[key]; // nodes of a map stay where they are
                }
                return *last_;
            }

            std::vector<Census::Type> by_type(const std::vector<TypeFacts>& types) const
            {
                std::vector<Census::Type> all;
                for (const auto& [key, amounts] : sums_)
                {
                    PyTypeObject* type = types[key >> 16].type;
                    if (all.empty() || all.back().type != type)
                    {
                        all.push_back({type, {}});
                    }
                    all.back().by_maker[static_cast<core::MakerId>(key & 0xFFFF)] = amounts;
                }
                return all;
            }

        private:
            std::map<std::uint64_t, Amounts> sums_;
            std::uint64_t last_key_ = 0;
            Amounts* last_ = nullptr;
        };

        class Counting
        {
        public:
            explicit Counting(HeapGraph& graph) : graph_(graph)
            {
                for (const pymalloc::Arena& arena : pymalloc::read_arenas())
                {
                    census_.unreadable_pools += blocks_.add(arena);
                }
            }

            bool count_all(const HeapGraph::KeepGoing& keep_going)
            {
                return graph_.visit_all(keep_going,
                                        [this](HeapGraph::Number node) {
                                            graph_.is_key_table(node) ? count_key_table(graph_.key_table(node))
                                                                      : count_object(graph_.object(node));
                                        });
            }

            Census finish()
            {
                xmemory_visit_free_lists(
                    [](void* block, void* counting)
                    {
                        auto* self = static_cast<Counting*>(counting);
                        self->add(block, self->census_.free_lists);
                    },
                    this);
                blocks_.for_each_left([this](const char* block) { count_left(block); });
                census_.types = objects_.by_type(graph_.types().all());
                census_.by_scan_only = look_alikes_.by_type(graph_.types().all());
                return std::move(census_);
            }

        private:
            // What its tag or header says, where the block is in use and nobody has claimed it before.
            std::optional<Block> claim(void* block)
            {
                if (core::zone::in_zone(block))
                {
                    return blocks_.take_start(block) ? read_block(block) : std::nullopt;
                }
                const auto facts = read_block(block);
                if (!facts || elsewhere_.find(block) != 0)
                {
                    return std::nullopt;
                }
                elsewhere_.put(block, 1);
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

            void count_object(PyObject* object)
            {
                type_ = graph_.types().number_of(Py_TYPE(object));
                const TypeFacts& facts = graph_.types().all()[type_];
                const bool is_static = facts.layout == Layout::type &&
                                       !PyType_HasFeature(reinterpret_cast<PyTypeObject*>(object), Py_TPFLAGS_HEAPTYPE);
                if (is_static)
                {
                    return;
                }
                if (const auto own = claim(reinterpret_cast<char*>(object) - facts.bytes_before))
                {
                    objects_.of(type_, own->maker) += {1, static_cast<std::int64_t>(own->asked_bytes)};
                    visit_owned_blocks(object, facts.layout, count_owned, this);
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

            void count_key_table(DictKeys* keys) { add(keys, census_.key_tables); }

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
                    const TypeFacts* facts = graph_.types().find(object->ob_type);
                    if (facts != nullptr && facts->bytes_before == before && object->ob_refcnt > 0 &&
                        object->ob_refcnt < most_references &&
                        before + static_cast<std::size_t>(facts->type->tp_basicsize) <= bytes + sizeof(PyObject))
                    {
                        return facts;
                    }
                }
                return nullptr;
            }

            void count_left(const char* block)
            {
                const auto facts = read_block(const_cast<char*>(block));
                const Amounts one{1, static_cast<std::int64_t>(facts->asked_bytes)};
                if (const TypeFacts* type = look_alike(block, facts->set_aside_bytes))
                {
                    look_alikes_.of(graph_.types().number_of(type->type), facts->maker) += one;
                }
                else
                {
                    census_.unclassified_small[facts->maker] += one;
                }
            }

            HeapGraph& graph_;
            Census census_;
            HeldBlocks blocks_;
            ObjectTable elsewhere_; // blocks outside of the pools that were claimed
            Sums objects_;
            Sums look_alikes_;
            std::uint32_t type_ = 0; // of the object that is being counted
        };
    }

    std::optional<Census> take_census(const HeapGraph::KeepGoing& keep_going)
    {
        HeapGraph graph;
        Counting counting(graph);
        return counting.count_all(keep_going) ? std::optional(counting.finish()) : std::nullopt;
    }
}
