#include "report/footer_details.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/numbers.hpp"

namespace xmemory::report
{
    namespace
    {
        using Row = std::vector<Entry>;

        Row bytes_row(const std::string& label, std::int64_t bytes, const std::string& remark = "")
        {
            return {label, human_bytes(bytes), exact_bytes(bytes), remark};
        }

        Row growth_row(const std::string& label, std::int64_t bytes, const std::string& remark = "")
        {
            const std::string sign = bytes > 0 ? "+" : "";
            return {label, sign + human_bytes(bytes), sign + exact_bytes(bytes), remark};
        }

        // Where all of it is of one kind the two rows would say the same figure again; that it is native is then a remark.
        void add_split(std::vector<Row>& rows, std::int64_t python_bytes, std::int64_t native_bytes)
        {
            if (python_bytes > 0 && native_bytes > 0)
            {
                rows.push_back(bytes_row("\u00a0\u00a0of it Python", python_bytes));
                rows.push_back(bytes_row("\u00a0\u00a0of it native", native_bytes));
            }
            else if (native_bytes > 0)
            {
                std::string& remark = rows.back().back().text;
                remark += std::string(remark.empty() ? "" : ", ") + "all native";
            }
        }

        std::string rounding(std::int64_t asked_bytes, std::int64_t set_aside_bytes)
        {
            const double share =
                100.0 * static_cast<double>(set_aside_bytes - asked_bytes) / static_cast<double>(asked_bytes);
            if (share > 0 && share < 0.005)
                return "rounding under 0.01\u00a0%";
            return fmt::format("rounding {:.{}f}\u00a0%", share, share == 0 || share >= 10 ? 0 : share >= 1 ? 1 : 2);
        }

        void add_kept(std::vector<Row>& rows, const Figures& figures)
        {
            const auto& [small, large, native] = figures.origins;
            rows.push_back(bytes_row("kept at the end", figures.kept_bytes));
            if (figures.kept_bytes <= 0)
                return;
            add_split(rows, small.kept_bytes + large.kept_bytes, native.kept_bytes);
            rows.push_back(bytes_row("\u00a0\u00a0set aside for it", figures.set_aside_kept_bytes,
                                     rounding(figures.kept_bytes, figures.set_aside_kept_bytes)));
        }

        void add_taken(std::vector<Row>& rows, const Figures& figures)
        {
            const auto& [small, large, native] = figures.origins;
            const char* noun = figures.allocated_blocks == 1 ? "allocation" : "allocations";
            rows.push_back(bytes_row("taken in total", figures.allocated_bytes,
                                     fmt::format("{} {}", count(figures.allocated_blocks), noun)));
            add_split(rows, small.allocated_bytes + large.allocated_bytes, native.allocated_bytes);
        }

        void add_collections(std::vector<Row>& rows, const std::vector<Collections>& all)
        {
            Collections sums;
            sums.seconds = 0;
            for (const Collections& one : all)
            {
                sums.collections += one.collections;
                sums.collected += one.collected;
                sums.uncollectable += one.uncollectable;
                sums.seconds = sums.seconds && one.seconds ? std::optional(*sums.seconds + *one.seconds) : std::nullopt;
            }
            if (sums.collections == 0)
                return;
            std::string what =
                fmt::format("collected {} {}", count(sums.collected), sums.collected == 1 ? "object" : "objects");
            if (sums.uncollectable > 0)
                what += fmt::format(", {} uncollectable", count(sums.uncollectable));
            rows.push_back({"garbage collector", count(sums.collections) + (sums.collections == 1 ? " run" : " runs"),
                            sums.seconds ? human_seconds(*sums.seconds) : "", what});
        }

        // A row for each run; of many only the first ones, and how long the longest of all took.
        Details collections_one_by_one(const CellRecord& record)
        {
            constexpr std::size_t most_rows = 10;
            Table table;
            table.columns = {{"", Align::right},
                             {"generation", Align::right},
                             {"collected", Align::right},
                             {"pause", Align::right},
                             {"", Align::left}};
            for (std::size_t index = 0; index < std::min(record.collections->size(), most_rows); ++index)
            {
                const Collection& one = (*record.collections)[index];
                table.rows.push_back({std::to_string(index + 1), std::to_string(one.generation), count(one.collected),
                                      human_seconds(one.seconds), one.asked_for ? "gc.collect()" : "automatic"});
            }
            std::int64_t runs = 0;
            double longest_seconds = 0;
            for (const Collections& one : record.gc)
            {
                runs += one.collections;
                longest_seconds = std::max(longest_seconds, one.longest_seconds.value_or(0));
            }
            Details details{"runs of the garbage collector", {table}};
            if (const auto more = runs - static_cast<std::int64_t>(table.rows.size()); more > 0)
                details.parts.push_back(Paragraph{
                    fmt::format("And {} more. The longest pause was {}.", count(more), human_seconds(longest_seconds)),
                    true});
            return details;
        }

        void add_mapped(std::vector<Row>& rows, const CellRecord& record)
        {
            if (const std::int64_t bytes = record.mapped_bytes.value_or(0); bytes != 0)
                rows.push_back(bytes_row("mapped besides", bytes, "by code itself, in advance"));
            if (const std::int64_t bytes = record.unmapped_earlier_bytes.value_or(0); bytes != 0)
                rows.push_back(bytes_row("unmapped", bytes, "mapped by earlier cells"));
            if (const std::int64_t bytes = record.resident_mapped_delta_bytes.value_or(0); bytes != 0)
                rows.push_back(growth_row("\u00a0\u00a0really in memory", bytes, "of all that is mapped so"));
        }

        void add_figures(std::vector<Row>& rows, const CellRecord& record)
        {
            const Figures& figures = *record.figures;
            add_kept(rows, figures);
            rows.push_back(bytes_row("most while running", figures.peak_bytes, record.exact ? "" : "at least"));
            add_taken(rows, figures);
            for (const auto& [cell, bytes] : figures.freed_earlier_by_cell)
                rows.push_back(bytes_row("freed, " + made_by(record, cell), bytes));
        }
    }

    std::string made_by(const CellRecord& record, int cell)
    {
        if (cell == 0)
            return "made by earlier cells";
        return cell == record.last_run ? "from its last run" : fmt::format("made by [{}]", cell);
    }

    std::vector<Part> footer_details(const CellRecord& record)
    {
        std::vector<Row> rows;
        if (record.figures)
            add_figures(rows, record);
        if (record.source_bytes.value_or(0) != 0)
            rows.push_back(bytes_row("source", *record.source_bytes, "what compiling left in use"));
        add_mapped(rows, record);
        if (record.resident_delta_bytes)
            rows.push_back(growth_row("process (RSS)", *record.resident_delta_bytes, "why? %memory explain rss"));
        if (record.unseen_bytes.value_or(0) >= unseen_worth_naming_bytes)
            rows.push_back(growth_row("process, unseen by us", *record.unseen_bytes));
        add_collections(rows, record.gc);

        std::vector<Part> parts;
        if (!rows.empty())
            parts.push_back(
                Table{{{"", Align::left}, {"", Align::right}, {"", Align::right}, {"", Align::left}}, std::move(rows)});
        if (record.figures && !record.exact && !record.why.empty())
            parts.push_back(Paragraph{"At least, because " + record.why + (record.why.back() == '.' ? "" : "."), true});
        if (record.collections && !record.collections->empty())
            parts.push_back(collections_one_by_one(record));
        if (record.told_collection)
            parts.push_back(*record.told_collection);
        return parts;
    }
}
