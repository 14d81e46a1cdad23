// The record in the words of share/xmemory/report.schema.json: a field that is not known is null, never left out.
#include "report/cell_record.hpp"

namespace xmemory::report
{
    namespace
    {
        using nlohmann::json;

        template <typename Number>
        json or_null(const std::optional<Number>& number)
        {
            return number ? json(*number) : json(nullptr);
        }

        json origins_of(const Figures& figures)
        {
            json origins = json::object();
            for (std::size_t i = 0; i < origin_names.size(); ++i)
            {
                const OriginFigures& origin = figures.origins[i];
                origins[origin_names[i]] = {{"allocated_bytes", origin.allocated_bytes},
                                            {"allocated_blocks", origin.allocated_blocks},
                                            {"kept_bytes", origin.kept_bytes},
                                            {"net_bytes", origin.net_bytes},
                                            {"peak_bytes", origin.peak_bytes}};
            }
            return origins;
        }

        json gc_of(const std::vector<Collections>& all)
        {
            json list = json::array();
            for (const Collections& one : all)
                list.push_back({{"generation", one.generation},
                                {"collections", one.collections},
                                {"collected", one.collected},
                                {"uncollectable", one.uncollectable},
                                {"seconds", or_null(one.seconds)},
                                {"longest_seconds", or_null(one.longest_seconds)}});
            return list;
        }

        json collections_of(const std::vector<Collection>& all)
        {
            json list = json::array();
            for (const Collection& one : all)
                list.push_back({{"generation", one.generation},
                                {"seconds", one.seconds},
                                {"collected", one.collected},
                                {"uncollectable", one.uncollectable},
                                {"asked_for", one.asked_for}});
            return list;
        }

        std::int64_t not_listed(const CellRecord& record)
        {
            std::int64_t collections = 0;
            for (const Collections& one : record.gc)
                collections += one.collections;
            return collections - static_cast<std::int64_t>(record.collections->size());
        }
    }

    json to_json(const Figures& figures)
    {
        json by_cell = json::object();
        for (const auto& [cell, bytes] : figures.freed_earlier_by_cell)
            by_cell[std::to_string(cell)] = bytes;
        return {{"peak_bytes", figures.peak_bytes},
                {"kept_bytes", figures.kept_bytes},
                {"net_bytes", figures.net_bytes},
                {"set_aside_kept_bytes", figures.set_aside_kept_bytes},
                {"allocated_bytes", figures.allocated_bytes},
                {"allocated_blocks", figures.allocated_blocks},
                {"freed_own_bytes", figures.freed_own_bytes},
                {"freed_earlier_bytes", figures.freed_earlier_bytes},
                {"freed_blocks", figures.freed_blocks},
                {"freed_earlier_by_cell", std::move(by_cell)},
                {"origins", origins_of(figures)}};
    }

    json to_json(const CellRecord& record)
    {
        json fields = to_json(record.figures.value_or(Figures{}));
        if (!record.figures)
            for (json& field : fields)
                field = nullptr;
        const bool exact = record.exact && record.figures;
        fields["schema"] = 1;
        fields["cell"] = record.cell;
        fields["status"] = record.status;
        fields["exact"] = exact;
        if (!exact)
            fields["why"] = record.why.empty() ? "the reason is not known" : record.why;
        fields["source_bytes"] = or_null(record.source_bytes);
        fields["arenas_gained"] = or_null(record.arenas_gained);
        fields["resident_delta_bytes"] = or_null(record.resident_delta_bytes);
        fields["unseen_bytes"] = or_null(record.unseen_bytes);
        fields["seconds"] = record.seconds;
        fields["gc"] = gc_of(record.gc);
        fields["collections"] = record.collections ? collections_of(*record.collections) : json(nullptr);
        fields["more_collections"] = record.collections ? json(not_listed(record)) : json(nullptr);
        fields["still_in_use_bytes"] = or_null(record.still_in_use_bytes);
        return fields;
    }
}
