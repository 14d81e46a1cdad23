// %memory death: how the kernel before this one died.
#include "magics/commands.hpp"
#include "magics/death.hpp"
#include "magics/options.hpp"
#include "magics/session.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request& request)
        {
            CLI::App app("", "death");
            parse(app, request);
            if (const auto& death = session().predecessor.death)
            {
                return {death_report(*death)};
            }
            report::Document document;
            document.kind = "death";
            document.finding = "No kernel died before this one, as far as is known.";
            document.data = {{"cause", nullptr}};
            return {document};
        }

        std::string help()
        {
            return "%memory death  which cell ran when the kernel died, what it had in use, and the likely cause\n"
                   "It is told with the first cell after a death, too: of a crash in native code (with what Python was at), of the\n"
                   "system's out-of-memory killer, of os._exit, of kill -9. Nothing is told after a restart that you asked for.";
        }
    }

    Command death_command()
    {
        return {"death", "death", "how the kernel before this one died, if it did", {}, false, true, run, help,
                {"%memory death"}};
    }
}
