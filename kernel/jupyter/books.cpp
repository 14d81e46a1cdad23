#include "jupyter/books.hpp"

#include <malloc.h>

#include <map>
#include <string>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11_json/pybind11_json.hpp>

#include "core/ledger.hpp"
#include "core/makers.hpp"
#include "core/malloc_block.hpp"
#include "core/zone.hpp"
#include "cpython/allocator_hooks.hpp"
#include "cpython/block.hpp"
#include "cpython/pymalloc.hpp"
#include "jupyter/guarded.hpp"

namespace xmemory::jupyter
{
    namespace
    {
        namespace py = pybind11;
        namespace pymalloc = cpython::pymalloc;
        using core::Amount;
        using core::Origin;
        using nlohmann::json;

        PyObject* to_python(const json& data) { return py::object(data).release().ptr(); }

        json to_json(const Amount& amount)
        {
            return {{"bytes", amount.bytes}, {"blocks", amount.blocks}, {"slack_bytes", amount.slack}};
        }

        json sums(std::int64_t blocks, std::int64_t set_aside)
        {
            return {{"python_small_blocks", blocks}, {"python_small_set_aside_bytes", set_aside}};
        }

        bool same(const Amount& left, const Amount& right)
        {
            return left.bytes == right.bytes && left.blocks == right.blocks && left.slack == right.slack;
        }

        // What malloc's live blocks take by the ledger, and by glibc. Other threads go on meanwhile: the two are of one moment
        // where glibc says the same before and after, and the ledger too; "stable" tells whether that came about.
        struct MallocBooks
        {
            Amount python_large;
            Amount native;
            std::int64_t alignment_bytes = 0;
            std::int64_t glibc_in_use_bytes = 0; // uordblks + hblkhd
            std::int64_t glibc_mapped_blocks = 0;

            void read()
            {
                python_large = core::ledger::booked(Origin::python_large);
                native = core::ledger::booked(Origin::native);
                alignment_bytes = core::malloc_block::alignment_bytes();
                const struct mallinfo2 info = mallinfo2();
                glibc_in_use_bytes = static_cast<std::int64_t>(info.uordblks + info.hblkhd);
                glibc_mapped_blocks = static_cast<std::int64_t>(info.hblks);
            }

            bool operator==(const MallocBooks& other) const
            {
                return same(python_large, other.python_large) && same(native, other.native) &&
                       alignment_bytes == other.alignment_bytes && glibc_in_use_bytes == other.glibc_in_use_bytes &&
                       glibc_mapped_blocks == other.glibc_mapped_blocks;
            }
        };

        json read_malloc_books()
        {
            MallocBooks before, books;
            bool stable = false;
            for (int attempt = 0; attempt < 20 && !stable; ++attempt)
            {
                before.read();
                books.read();
                stable = before == books;
            }
            return {{"python_large", to_json(books.python_large)},
                    {"native", to_json(books.native)},
                    {"header_bytes", core::malloc_block::header_bytes},
                    {"alignment_bytes", books.alignment_bytes},
                    {"glibc_in_use_bytes", books.glibc_in_use_bytes},
                    {"glibc_mapped_blocks", books.glibc_mapped_blocks},
                    {"stable", stable}};
        }

        // Small blocks by maker: what the tags of all blocks in use say, found from the pools, whatever the ledger says.
        struct Tags
        {
            std::map<core::MakerId, Amount> by_maker;
            bool exact = true; // false: some pool contradicts itself

            Tags()
            {
                for (const pymalloc::Arena& arena : pymalloc::read_arenas())
                {
                    for (std::size_t index = 0; index < pymalloc::pools_per_arena; ++index)
                    {
                        const std::size_t class_bytes = arena.pools[index].class_bytes;
                        const bool known = pymalloc::for_each_live_block(
                            arena, index,
                            [&](const char* block)
                            {
                                const auto small = core::read_tag(core::zone::tag_of(block), class_bytes);
                                by_maker[small.maker] += {static_cast<std::int64_t>(class_bytes - small.slack), 1,
                                                          static_cast<std::int64_t>(small.slack)};
                            });
                        exact = exact && known && arena.pools[index].state != pymalloc::PoolState::damaged;
                    }
                }
            }
        };

        // By the maker's number: its small blocks by the ledger and by their tags. Makers that both know nothing of are left out.
        json small_by_maker(const Tags& tags)
        {
            json by_maker = json::object();
            for (const auto& [maker, amounts] : core::ledger::in_use_by_maker())
            {
                by_maker[std::to_string(maker)]["ledger"] = to_json(amounts[static_cast<std::size_t>(Origin::python_small)]);
            }
            for (const auto& [maker, amount] : tags.by_maker)
            {
                by_maker[std::to_string(maker)]["tags"] = to_json(amount);
            }
            return by_maker;
        }

        // Live blocks of all origins: over the makers there are now, and over all numbers that a maker can have. Nothing is
        // allocated between the two.
        json all_in_use()
        {
            std::vector<core::MakerId> makers = core::makers::taken(core::makers::Kind::learner);
            const std::vector<core::MakerId> sources = core::makers::taken(core::makers::Kind::source);
            makers.insert(makers.end(), sources.begin(), sources.end());
            makers.push_back(core::tutor);
            Amount by_maker, by_origin;
            for (const core::MakerId maker : makers)
            {
                by_maker += core::makers::sums(maker).in_use();
            }
            for (const Origin origin : {Origin::python_small, Origin::python_large, Origin::native})
            {
                by_origin += core::ledger::booked(origin);
            }
            return {{"by_maker", to_json(by_maker)}, {"by_origin", to_json(by_origin)}};
        }

        const char* name_of(Origin origin)
        {
            return origin == Origin::python_small   ? "python_small"
                   : origin == Origin::python_large ? "python_large"
                                                    : "native";
        }
    }

    // No Python object is made before all is read.
    PyObject* check_books(PyObject*, PyObject*)
    {
        return guarded(
            []() -> PyObject*
            {
                json books;
                if (const auto why = cpython::why_hooks_are_blind())
                {
                    books["why_blind"] = *why;
                    return to_python(books);
                }
                const Amount ledger = core::ledger::booked(Origin::python_small);
                const pymalloc::PoolSums pools = pymalloc::read_pools();
                const Tags tags;
                books["ledger"] = sums(ledger.blocks, ledger.bytes + ledger.slack);
                books["pools"] = sums(pools.blocks, pools.set_aside_bytes);
                books["arenas"] = pools.arenas;
                books["frame_chunk_bytes"] = pools.frame_chunk_bytes;
                books["tags_are_exact"] = tags.exact;
                books["small_by_maker"] = small_by_maker(tags);
                books["malloc"] = read_malloc_books();
                books["in_use"] = all_in_use();
                return to_python(books);
            });
    }

    PyObject* block_facts(PyObject*, PyObject* address)
    {
        return guarded(
            [&]() -> PyObject*
            {
                void* block = PyLong_AsVoidPtr(address);
                if (PyErr_Occurred())
                {
                    return nullptr;
                }
                const auto facts = cpython::read_block(block);
                if (!facts)
                {
                    return Py_NewRef(Py_None);
                }
                return to_python({{"cell", core::makers::cell_of(facts->maker)},
                                  {"is_learners", core::is_learner(facts->maker)},
                                  {"origin", name_of(facts->origin)},
                                  {"asked_bytes", facts->asked_bytes},
                                  {"set_aside_bytes", facts->set_aside_bytes}});
            });
    }
}
