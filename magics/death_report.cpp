// The story of a death in words and figures.
#include "magics/death.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>

#include "magics/fault_stack.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using core::Death;
        using nlohmann::json;

        constexpr std::size_t frames_shown = 20;

        struct SignalWords
        {
            int number;
            const char* name;
            const char* words;
        };
        constexpr SignalWords signals[] = {{SIGSEGV, "SIGSEGV", "native code touched memory that is not its own"},
                                           {SIGBUS, "SIGBUS", "native code touched memory that could not be reached"},
                                           {SIGILL, "SIGILL", "the processor met an instruction that it does not know"},
                                           {SIGFPE, "SIGFPE", "native code divided by zero, or the like"},
                                           {SIGABRT, "SIGABRT", "native code gave up"}};

        std::string name_of(int signal)
        {
            for (const SignalWords& one : signals)
            {
                if (one.number == signal)
                {
                    return one.name;
                }
            }
            return "signal " + std::to_string(signal);
        }

        std::string words_of(int signal)
        {
            for (const SignalWords& one : signals)
            {
                if (one.number == signal)
                {
                    return one.words;
                }
            }
            return "a fault";
        }

        std::string cause_words(const Death& death)
        {
            switch (death.cause)
            {
            case Death::Cause::signal:
                return words_of(death.signal) + " (" + name_of(death.signal) + ")";
            case Death::Cause::exit:
                return "its own code ended the process, with status " + std::to_string(death.status);
            case Death::Cause::out_of_memory:
                return "memory ran out, and the system ended it";
            case Death::Cause::killed:
                break;
            }
            return "it was killed from outside";
        }

        std::string how_it_is_known(const Death& death)
        {
            switch (death.cause)
            {
            case Death::Cause::signal:
                return "The process met the signal itself.";
            case Death::Cause::exit:
                return "It called os._exit, C's exit or the like.";
            case Death::Cause::out_of_memory:
                return "Most likely: the system's out-of-memory killer has ended a process of its memory group since the cell began.";
            case Death::Cause::killed:
                break;
            }
            return "Most likely by kill -9 or the like: nothing in the process saw it coming, and the system's out-of-memory killer is "
                   "not known to have come.";
        }

        const char* cause_name(Death::Cause cause)
        {
            switch (cause)
            {
            case Death::Cause::signal:
                return "signal";
            case Death::Cause::exit:
                return "exit";
            case Death::Cause::out_of_memory:
                return "out_of_memory";
            case Death::Cause::killed:
                break;
            }
            return "killed";
        }

        std::string name_of(const Death::Cell& cell)
        {
            return cell.number != 0 ? "[" + std::to_string(cell.number) + "]" : "a request without a number";
        }

        std::string finding_of(const Death& death)
        {
            const std::string when = !death.cell        ? "before its first cell"
                                     : death.cell_ran ? "in " + name_of(*death.cell)
                                                      : "while no cell ran (the last was " + name_of(*death.cell) + ")";
            return "The kernel died " + when + " and was started again: " + cause_words(death) + ".";
        }

        std::string clock_words(double seconds)
        {
            const auto whole = static_cast<std::time_t>(seconds);
            std::tm parts{};
            char text[64];
            if (localtime_r(&whole, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0)
            {
                return "unknown";
            }
            return text;
        }

        std::vector<report::Entry> bytes_row(const char* label, const std::optional<std::int64_t>& bytes)
        {
            if (!bytes)
            {
                return {label, "unknown", ""};
            }
            return {label, report::human_bytes(*bytes), report::exact_bytes(*bytes)};
        }

        void add_cell(const Death::Cell& cell, const Death& death, report::Table& table)
        {
            table.rows.push_back({death.cell_ran ? "running" : "the last cell", name_of(cell) + " " + cell.first_words, ""});
            const std::string ran = death.ended && death.cell_ran
                                        ? "for " + report::human_seconds(std::max(0.0, *death.ended - cell.began))
                                        : "";
            table.rows.push_back({"begun", clock_words(cell.began), ran});
            if (death.cell_ran)
            {
                table.rows.push_back(bytes_row("in use then, above its start", death.in_use_bytes));
                table.rows.push_back(bytes_row("most while running", death.peak_bytes));
            }
            table.rows.push_back(bytes_row("process (RSS) when it began", cell.resident_bytes));
            table.rows.push_back(cell.limit_bytes ? bytes_row("limit of the process", cell.limit_bytes)
                                                  : std::vector<report::Entry>{"limit of the process", "none known", ""});
        }

        json or_null(const std::optional<std::int64_t>& bytes) { return bytes ? json(*bytes) : json(nullptr); }

        json data_of(const Death& death, const std::vector<FaultFrame>& frames)
        {
            json data = {{"cause", cause_name(death.cause)},
                         {"cell", death.cell ? json(death.cell->number) : json(nullptr)},
                         {"cell_ran", death.cell_ran},
                         {"in_use_bytes", or_null(death.in_use_bytes)},
                         {"peak_bytes", or_null(death.peak_bytes)},
                         {"process", death.process},
                         {"started", death.started},
                         {"ended", death.ended ? json(*death.ended) : json(nullptr)}};
            if (death.cell)
            {
                data["first_words"] = death.cell->first_words;
                data["began"] = death.cell->began;
                data["resident_bytes"] = or_null(death.cell->resident_bytes);
                data["limit_bytes"] = or_null(death.cell->limit_bytes);
            }
            if (death.cause == Death::Cause::signal)
            {
                data["signal"] = name_of(death.signal);
                data["stack"] = json::array();
                for (const FaultFrame& frame : frames)
                {
                    data["stack"].push_back({{"file", frame.file},
                                             {"line", frame.line},
                                             {"function", frame.function},
                                             {"times", frame.times},
                                             {"of_the_cell", frame.cell != 0}});
                }
            }
            if (death.cause == Death::Cause::exit)
            {
                data["status"] = death.status;
            }
            return data;
        }

        void add_stack(const std::vector<FaultFrame>& frames, report::Document& document)
        {
            if (frames.empty())
            {
                return;
            }
            std::string lines;
            for (std::size_t index = 0; index < frames.size() && index < frames_shown; ++index)
            {
                const std::int64_t times = frames[index].times;
                lines += (index == 0 ? "" : "\n") + frames[index].words();
                lines += times > 1 ? " (" + report::count(times) + " times)" : "";
            }
            if (frames.size() > frames_shown)
            {
                lines += "\n" + std::to_string(frames.size() - frames_shown) + " more";
            }
            document.parts.push_back(report::Paragraph{"Python was here, the innermost call first:", false});
            document.parts.push_back(report::Code{lines});
        }
    }

    Predecessor predecessor_of(const std::vector<core::FoundDeath>& found)
    {
        Predecessor predecessor;
        for (const core::FoundDeath& one : found)
        {
            predecessor.files.push_back(one.path);
            if (!predecessor.death || (!predecessor.death->cell && one.death.cell))
            {
                predecessor.death = one.death;
            }
        }
        return predecessor;
    }

    report::Document death_report(const Death& death)
    {
        const auto frames = death.cause == Death::Cause::signal
                                ? read_fault_stack(death.stack, death.cell && death.cell_ran ? death.cell->number : 0)
                                : std::vector<FaultFrame>{};
        report::Document document;
        document.kind = "death";
        document.finding = finding_of(death);
        report::Table table;
        table.columns = {{"", report::Align::left}, {"", report::Align::left}, {"", report::Align::left}};
        if (death.cell)
        {
            add_cell(*death.cell, death, table);
        }
        document.parts.push_back(report::Paragraph{how_it_is_known(death), false});
        document.parts.push_back(std::move(table));
        add_stack(frames, document);
        document.parts.push_back(report::Paragraph{"Its variables are gone: run the cells again that made them.", true});
        document.next = "%memory death";
        document.data = data_of(death, frames);
        return document;
    }
}
