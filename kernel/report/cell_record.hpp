// What one cell did to memory: the record that goes into execute_reply, into xmemory.cell() and under the cell.
// Schema 1 (share/xmemory/report.schema.json). Plain data; std::nullopt is "unknown" and becomes null.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "report/at_limit.hpp"

namespace xmemory::report
{
    struct Details; // document.hpp

    struct OriginFigures
    {
        std::int64_t allocated_bytes = 0;
        std::int64_t allocated_blocks = 0;
        std::int64_t kept_bytes = 0;
        std::int64_t net_bytes = 0;
        std::int64_t peak_bytes = 0; // this origin's own highest level above the cell's start
    };

    // All collections of one generation in the learner's code. Times are unknown where one of them was not seen as it ran.
    struct Collections
    {
        int generation = 0;
        std::int64_t collections = 0;
        std::int64_t collected = 0;
        std::int64_t uncollectable = 0;
        std::optional<double> seconds; // of all their pauses
        std::optional<double> longest_seconds;
    };

    // One run of the garbage collector.
    struct Collection
    {
        int generation = 0;
        double seconds = 0;
        std::int64_t collected = 0;
        std::int64_t uncollectable = 0;
        bool asked_for = false; // by gc.collect; else automatic
    };

    inline constexpr std::array<const char*, 3> origin_names = {"python_small", "python_large", "native"};

    struct Figures // of a cell or of one measurement; all bytes are asked bytes unless named set_aside
    {
        std::int64_t peak_bytes = 0;
        std::int64_t kept_bytes = 0;
        std::int64_t net_bytes = 0;
        std::int64_t set_aside_kept_bytes = 0;
        std::int64_t allocated_bytes = 0;
        std::int64_t allocated_blocks = 0;
        std::int64_t freed_own_bytes = 0;
        std::int64_t freed_earlier_bytes = 0;
        std::int64_t freed_blocks = 0;
        std::map<int, std::int64_t> freed_earlier_by_cell; // cell number → bytes; 0 stands for cells too long ago to name
        std::array<OriginFigures, 3> origins;              // in the order of origin_names
    };

    struct CellRecord
    {
        int cell = 0;              // its number as it stands on the screen, [7]
        std::string status = "ok"; // ok | error | interrupted | over_limit
        bool exact = true;         // false: something is unknown, or the peak is "at least"; then why says so
        std::string why;
        std::optional<Figures> figures; // nullopt: unknown
        std::optional<std::int64_t> source_bytes;
        std::optional<std::int64_t> arenas_gained;
        std::optional<std::int64_t> resident_delta_bytes;
        std::optional<std::int64_t> unseen_bytes;
        // Mapped from the system past the allocators (core/mappings.hpp), which is in none of the figures above: by this cell and
        // still mapped at its end; given back by this cell of what earlier ones mapped; and by how much all such memory, which
        // code maps in advance, has grown that the system really holds.
        std::optional<std::int64_t> mapped_bytes;
        std::optional<std::int64_t> unmapped_earlier_bytes;
        std::optional<std::int64_t> resident_mapped_delta_bytes;
        double seconds = 0;
        std::vector<Collections> gc;
        std::optional<std::vector<Collection>> collections; // in order, the first hundred; gc counts all
        std::optional<AtLimit> at_limit;                    // nullopt: nothing was refused
        std::optional<std::int64_t> still_in_use_bytes;     // of what this cell made, when the record is read
        std::optional<std::int64_t> background_bytes;       // taken by its threads and tasks after its end, likewise

        // Not in the record's JSON: what a sentence needs to name the cell.
        std::string first_words;                        // the first line of its source, cut
        int last_run = 0;                               // the number under which the same cell ran before, or 0
        std::shared_ptr<const Details> told_collection; // what a gc.collect() of the cell's let go, or nullptr
    };

    // The record as schema 1.
    nlohmann::json to_json(const CellRecord& record);
    // The figures alone, as xmemory.measure and xmemory.compare give them.
    nlohmann::json to_json(const Figures& figures);
    // Back from that, or from a record; nullopt where the figures are null. Throws std::exception where a field is missing.
    std::optional<Figures> figures_from(const nlohmann::json& data);
}
