// %memory check: passes if the cell stays within the limits.
#include "magics/commands.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request&) { throw UsageError("%memory check is not there yet."); }

        std::string help() { return "%memory check LIMIT …  passes if the cell stays within the limits"; }
    }

    Command check_command()
    {
        return {"check", "check LIMIT …", "passes if the cell stays within the limits", {}, true, false, run, help};
    }
}
