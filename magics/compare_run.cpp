#include "magics/compare_run.hpp"

#include <algorithm>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr double enough_seconds = 0.3;

        bool same_memory(const report::Figures& left, const report::Figures& right)
        {
            return left.peak_bytes == right.peak_bytes && left.kept_bytes == right.kept_bytes &&
                   left.allocated_bytes == right.allocated_bytes && left.allocated_blocks == right.allocated_blocks;
        }

        std::string words(const Snippet& snippet, const Conditions& conditions, std::size_t run)
        {
            return "Measuring " + snippet.label +
                   (conditions.variable.empty()
                        ? ""
                        : " with " + conditions.variable + " = " + report::count(conditions.number)) +
                   ", run " + std::to_string(run);
        }
    }

    std::vector<ComparedRow> run_compared(const std::vector<Snippet>& snippets, const Snippet& setup,
                                          const Conditions& conditions, Turns turns, bool shows_prints,
                                          Patience& patience)
    {
        std::vector<ComparedRow> rows;
        PyGC_Collect(); // what waited to be collected must not go in the middle of a part
        for (const Snippet& snippet : snippets)
        {
            patience.say(words(snippet, conditions, 1));
            run_measured(snippet, setup, true, conditions);
            rows.push_back({snippet.label, {}, {}, true});
        }
        double longest = 0;
        double spent = 0;
        for (std::size_t turn = 0; turn == 0 || (turn < turns.most && (turns.all || spent + longest < enough_seconds)); ++turn)
        {
            for (std::size_t index = 0; index < snippets.size(); ++index)
            {
                patience.say(words(snippets[index], conditions, turn + 2));
                const Measured measured = run_measured(snippets[index], setup, turn > 0 || !shows_prints, conditions);
                ComparedRow& row = rows[index];
                row.repeats = row.repeats && (turn == 0 || same_memory(measured.figures, row.memory.figures));
                row.memory = turn == 0 ? measured : row.memory;
                row.seconds.push_back(measured.seconds);
                spent += measured.seconds;
            }
            longest = turn == 0 ? spent : longest;
        }
        for (ComparedRow& row : rows)
        {
            std::sort(row.seconds.begin(), row.seconds.end());
        }
        return rows;
    }
}
