#include "magics/type_view.hpp"

#include <algorithm>

namespace xmemory::magics
{
    namespace
    {
        Amounts chosen(const ByCell& by_cell, const TypeChoice& choice)
        {
            if (!choice.cell)
            {
                return of_cells(by_cell);
            }
            const auto found = by_cell.find(*choice.cell);
            return found == by_cell.end() ? Amounts{} : found->second;
        }

        // The learner's classes first, then by bytes, or by how much they changed.
        std::vector<const TypeCount*> ranked(const std::vector<TypeCount>& types, const TypeChoice& choice)
        {
            std::vector<const TypeCount*> rows;
            for (const TypeCount& type : types)
            {
                const Amounts amounts = chosen(type.by_cell, choice);
                if (amounts.count != 0 || amounts.bytes != 0)
                {
                    rows.push_back(&type);
                }
            }
            std::stable_sort(rows.begin(), rows.end(),
                             [&](const TypeCount* left, const TypeCount* right)
                             {
                                 if (left->is_learners != right->is_learners)
                                 {
                                     return left->is_learners;
                                 }
                                 return std::abs(chosen(left->by_cell, choice).bytes) >
                                        std::abs(chosen(right->by_cell, choice).bytes);
                             });
            return rows;
        }
    }

    TypeView::TypeView(const TypeCounts& counted, const TypeChoice& chosen_ones)
        : counts(counted), choice(chosen_ones), rows(ranked(counted.types, chosen_ones))
    {
        for (const TypeCount* type : rows)
        {
            objects += chosen(type->by_cell, choice);
        }
        for (const TypeCount& type : counts.by_scan_only)
        {
            scanned += chosen(type.by_cell, choice);
        }
        tables = chosen(counts.key_tables, choice);
        free = chosen(counts.free_lists, choice);
        small = chosen(counts.unclassified_small, choice);
        large = chosen(counts.unclassified_large, choice);
        all_bytes = objects.bytes + tables.bytes + free.bytes + scanned.bytes + small.bytes + large.bytes;
    }

    Amounts TypeView::of(const TypeCount& type) const { return chosen(type.by_cell, choice); }
}
