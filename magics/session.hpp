// The cells of this kernel so far: begins and ends one, keeps its record, and answers what the magics and the module ask about
// them. On the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cpython/runtime_state.h"
#include "magics/death.hpp"
#include "magics/pool_changes.hpp"
#include "report/cell_record.hpp"
#include "report/footer.hpp"

namespace xmemory::magics
{
    struct CellSource
    {
        int number = 0; // as it will stand on the screen; 0 for a silent request, whose figures are not shown
        std::string code;
        std::string cell_id; // the front end's name for the cell, or empty
    };

    // The system's view of this process at the moment; nullopt where /proc does not tell.
    std::optional<std::int64_t> resident_bytes();
    // The part of it that is backed by no file: what the process made, and not its program and libraries. Some 30 µs.
    std::optional<std::int64_t> unbacked_resident_bytes();

    class Session
    {
    public:
        // why_blind: the reason why figures cannot be known in this kernel, if there is one (allocator_hooks.hpp).
        void start(std::optional<std::string> why_blind);

        void begin_cell(const CellSource& source);
        // status: ok, error, interrupted or over_limit. The record is kept, but for a silent request.
        report::CellRecord end_cell(const std::string& status);
        bool cell_is_running() const { return running_.has_value(); }
        // What runs now; an empty one between cells.
        CellSource running_source() const { return running_ ? running_->source : CellSource{}; }
        // The reason why nothing of the running cell is known, if there is one.
        std::optional<std::string> why_blind() const;

        // The records of the last ten thousand cells, oldest first, with what is in use of each now.
        std::vector<report::CellRecord> records() const;
        // number as shown; −1 is the last, −2 the one before … nullopt where there is none.
        std::optional<report::CellRecord> record(int number) const;

        // What the last thousand cells did to the pools.
        const PoolChanges& pool_changes() const { return pool_changes_; }

        report::FooterMode footer_mode = report::FooterMode::automatic;
        Predecessor predecessor;          // the kernel that died before this one, if one did
        bool watches_collections = false; // a report under each cell in which the collector ran

    private:
        std::int64_t held_bytes() const;
        std::optional<std::int64_t> unseen_growth(std::int64_t resident_delta, std::int64_t net_bytes);

        struct Running
        {
            CellSource source;
            std::optional<std::string> why_blind;
            std::optional<std::int64_t> resident;
            std::optional<report::AtLimit> at_limit;
            std::int64_t unmapped_earlier_before = 0;
            std::int64_t resident_mapped_before = 0;
            double began = 0; // seconds on a steady clock
        };
        static void write_mappings(std::uint32_t serial, const Running& running, report::CellRecord& record);

        // The collector's clock of the side that does not run now: what the kernel's machinery allocates between two cells must
        // not decide when a collection comes in the learner's, nor collect the learner's garbage unseen after a few cells.
        xmemory_gc_clock gc_clock_{};
        std::optional<std::string> why_blind_;
        std::optional<Running> running_;
        PoolChanges pool_changes_;
        std::deque<report::CellRecord> records_;
        std::map<std::string, int> last_number_; // by the front end's cell id, or by the source
        std::int64_t unseen_so_far_ = 0;
        std::int64_t unseen_at_start_ = 0;
    };

    // The one session of this process.
    Session& session();
}
