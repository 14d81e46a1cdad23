// The record in the words of share/xmemory/report.schema.json: a field that is not known is null, never left out.
#include "report/cell_record.hpp"

#include <stdexcept>

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
        fields["mapped_bytes"] = or_null(record.mapped_bytes);
        fields["unmapped_earlier_bytes"] = or_null(record.unmapped_earlier_bytes);
        fields["resident_mapped_delta_bytes"] = or_null(record.resident_mapped_delta_bytes);
        fields["seconds"] = record.seconds;
        fields["gc"] = gc_of(record.gc);
        fields["collections"] = record.collections ? collections_of(*record.collections) : json(nullptr);
        fields["more_collections"] = record.collections ? json(not_listed(record)) : json(nullptr);
        fields["at_limit"] = record.at_limit ? to_json(*record.at_limit) : json(nullptr);
        fields["still_in_use_bytes"] = or_null(record.still_in_use_bytes);
        fields["background_bytes"] = or_null(record.background_bytes);
        return fields;
    }

    std::optional<Figures> figures_from(const json& data)
    {
        const auto field = [&](const char* name)
        {
            const auto found = data.find(name);
            if (found == data.end() || !(found->is_number_integer() || found->is_null()))
                throw std::invalid_argument(std::string("there is no ") + name + " in it");
            return *found;
        };
        if (field("peak_bytes").is_null())
            return std::nullopt;
        const auto number = [&](const char* name) { return field(name).get<std::int64_t>(); };
        Figures figures;
        figures.peak_bytes = number("peak_bytes");
        figures.kept_bytes = number("kept_bytes");
        figures.net_bytes = number("net_bytes");
        figures.set_aside_kept_bytes = number("set_aside_kept_bytes");
        figures.allocated_bytes = number("allocated_bytes");
        figures.allocated_blocks = number("allocated_blocks");
        figures.freed_own_bytes = number("freed_own_bytes");
        figures.freed_earlier_bytes = number("freed_earlier_bytes");
        figures.freed_blocks = number("freed_blocks");
        for (std::size_t i = 0; i < origin_names.size(); ++i)
        {
            const json& origin = data.at("origins").at(origin_names[i]);
            figures.origins[i] = {origin.at("allocated_bytes"), origin.at("allocated_blocks"), origin.at("kept_bytes"),
                                  origin.at("net_bytes"), origin.at("peak_bytes")};
        }
        for (const auto& [cell, bytes] : data.at("freed_earlier_by_cell").items())
            figures.freed_earlier_by_cell[std::stoi(cell)] = bytes;
        return figures;
    }
}
