// %memory progress: how near the guesses were so far.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory progress is not there yet."); }

        std::string help() { return "%memory progress  how near the guesses were so far"; }
    }

    Command progress_command()
    {
        return {"progress", "progress", "how near the guesses were so far", {}, false, true, run, help};
    }
}
