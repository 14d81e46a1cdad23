#include "magics/type_counts.hpp"

#include "core/ledger.hpp"
#include "core/makers.hpp"
#include "cpython/block.hpp"
#include "cpython/tracked.hpp"
#include "magics/heap_walk.hpp"

namespace xmemory::magics
{
    namespace
    {
        int whose(core::MakerId maker)
        {
            return maker == core::tutor      ? Whose::kernel
                   : core::is_learner(maker) ? core::makers::cell_of(maker)
                                             : Whose::source;
        }

        ByCell by_cell(const cpython::ByMaker& by_maker)
        {
            ByCell sums;
            for (const auto& [maker, amounts] : by_maker)
            {
                sums[whose(maker)] += amounts;
            }
            return sums;
        }

        void add(ByCell& sums, const ByCell& others)
        {
            for (const auto& [cell, amounts] : others)
            {
                sums[cell] += amounts;
            }
        }

        bool is_made_by_a_cell(PyTypeObject* type)
        {
            if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
            {
                return false;
            }
            const auto block = cpython::read_block(cpython::start_of(reinterpret_cast<PyObject*>(type)));
            // What an import brings in belongs to the cell that ran it; a class typed in a cell is of the module __main__.
            PyObject* module = PyDict_GetItemString(type->tp_dict, "__module__");
            return block && core::is_learner(block->maker) && module != nullptr && PyUnicode_CheckExact(module) &&
                   PyUnicode_CompareWithASCIIString(module, "__main__") == 0;
        }

        std::vector<TypeCount> named(const std::vector<cpython::Census::Type>& types)
        {
            std::map<std::string, TypeCount> by_name;
            for (const cpython::Census::Type& type : types)
            {
                TypeCount& count = by_name[type.type->tp_name];
                count.name = type.type->tp_name;
                count.is_learners = count.is_learners || is_made_by_a_cell(type.type);
                add(count.by_cell, by_cell(type.by_maker));
            }
            std::vector<TypeCount> all;
            for (const auto& [name, count] : by_name)
            {
                all.push_back(count);
            }
            return all;
        }

        // Blocks outside of the pools, by the ledger, less those that known objects own. The kernel's are left out: its C++ and
        // this very walk are among them.
        ByCell unclassified_large(const std::map<core::MakerId, std::vector<core::Amount>>& in_use,
                                  const cpython::ByMaker& known)
        {
            ByCell sums;
            for (const auto& [maker, amounts] : in_use)
            {
                if (maker == core::tutor)
                {
                    continue;
                }
                const auto large = amounts[static_cast<std::size_t>(core::Origin::python_large)] +
                                   amounts[static_cast<std::size_t>(core::Origin::native)];
                const auto found = known.find(maker);
                const Amounts owned = found == known.end() ? Amounts{} : found->second;
                if (large.blocks != owned.count || large.bytes != owned.bytes)
                {
                    sums[whose(maker)] += {large.blocks - owned.count, large.bytes - owned.bytes};
                }
            }
            return sums;
        }

        ByCell minus(const ByCell& now, const ByCell& before)
        {
            ByCell result = now;
            for (const auto& [cell, amounts] : before)
            {
                result[cell] += {-amounts.count, -amounts.bytes};
            }
            for (auto one = result.begin(); one != result.end();)
            {
                one = one->second.count == 0 && one->second.bytes == 0 ? result.erase(one) : std::next(one);
            }
            return result;
        }

        std::vector<TypeCount> minus(const std::vector<TypeCount>& now, const std::vector<TypeCount>& before)
        {
            std::map<std::string, TypeCount> by_name;
            for (const TypeCount& type : now)
            {
                by_name[type.name] = type;
            }
            for (const TypeCount& type : before)
            {
                TypeCount& count = by_name[type.name];
                count.name = type.name;
                count.is_learners = count.is_learners || type.is_learners;
                count.by_cell = minus(count.by_cell, type.by_cell);
            }
            std::vector<TypeCount> all;
            for (const auto& [name, count] : by_name)
            {
                if (!count.by_cell.empty())
                {
                    all.push_back(count);
                }
            }
            return all;
        }
    }

    Amounts of_cells(const ByCell& by_cell)
    {
        Amounts sum;
        for (const auto& [cell, amounts] : by_cell)
        {
            sum += cell >= 0 ? amounts : Amounts{};
        }
        return sum;
    }

    Amounts of_all(const ByCell& by_cell)
    {
        Amounts sum;
        for (const auto& [cell, amounts] : by_cell)
        {
            sum += amounts;
        }
        return sum;
    }

    TypeCounts count_types(const Progress& progress)
    {
        const auto in_use = core::ledger::in_use_by_maker();
        const cpython::Census census = *walk_heap("Counting all objects", progress, cpython::take_census);
        TypeCounts counts;
        counts.types = named(census.types);
        counts.by_scan_only = named(census.by_scan_only);
        counts.key_tables = by_cell(census.key_tables);
        counts.free_lists = by_cell(census.free_lists);
        counts.unclassified_small = by_cell(census.unclassified_small);
        counts.unclassified_large = unclassified_large(in_use, census.known_large);
        counts.unreadable_pools = census.unreadable_pools;
        return counts;
    }

    TypeCounts difference(const TypeCounts& now, const TypeCounts& before)
    {
        TypeCounts result;
        result.types = minus(now.types, before.types);
        result.by_scan_only = minus(now.by_scan_only, before.by_scan_only);
        result.key_tables = minus(now.key_tables, before.key_tables);
        result.free_lists = minus(now.free_lists, before.free_lists);
        result.unclassified_small = minus(now.unclassified_small, before.unclassified_small);
        result.unclassified_large = minus(now.unclassified_large, before.unclassified_large);
        result.unreadable_pools = now.unreadable_pools;
        return result;
    }
}
