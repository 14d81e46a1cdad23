// %memory cell: what one cell did to memory, whole.
#include "magics/background.hpp"
#include "magics/commands.hpp"
#include "magics/options.hpp"
#include "magics/session.hpp"
#include "report/footer_details.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        report::CellRecord wanted_record(int number)
        {
            const auto record = session().record(number);
            if (!record)
            {
                throw UsageError(number < 0 ? "No cell has run before this one: run one, then ask again."
                                            : "There is no record of a cell [" + std::to_string(number) +
                                                  "]. %memory cells lists those there are.");
            }
            return *record;
        }

        std::vector<report::Document> run(const Request& request)
        {
            int number = -1;
            CLI::App app("", "cell");
            app.add_option("number", number);
            parse(app, request);
            const report::CellRecord record = wanted_record(number);
            report::Document document = report::footer(record);
            document.kind = "cell";
            document.folded = false;
            document.finding =
                "Cell [" + std::to_string(record.cell) + "]" + document.finding.substr(std::string("Memory").size());
            document.parts = report::footer_details(record);
            if (record.still_in_use_bytes && record.figures && *record.still_in_use_bytes != record.figures->kept_bytes)
            {
                document.parts.insert(
                    document.parts.begin(),
                    report::Paragraph{"Still in use of it now: " + report::human_bytes(*record.still_in_use_bytes) + ".",
                                      false});
            }
            if (record.background_bytes.value_or(0) != 0)
            {
                document.parts.push_back(report::Paragraph{background_sentence(record), false});
            }
            document.data = report::to_json(record);
            return {document};
        }

        std::string help()
        {
            return "%memory cell    the cell that ran last\n"
                   "%memory cell 3  the cell that shows [3]";
        }
    }

    Command cell_command()
    {
        return {"cell", "cell [N]", "what one cell did, in full",
                {},     false,      true,
                run,    help,       {"data = bytes(2_000_000)\n%memory cell"}};
    }
}
