// %memory footer: when the line under a cell is shown.
#include "magics/commands.hpp"
#include "magics/session.hpp"

namespace xmemory::magics
{
    namespace
    {
        std::vector<report::Document> run(const Request& request)
        {
            if (request.words.size() > 1)
            {
                throw UsageError("%memory footer takes one word: auto, on or off.");
            }
            if (!request.words.empty())
            {
                const auto mode = report::footer_mode_from(request.words[0]);
                if (!mode)
                {
                    throw UsageError("%memory footer takes auto, on or off, not '" + request.words[0] + "'.");
                }
                session().footer_mode = *mode;
            }
            const report::FooterMode mode = session().footer_mode;
            report::Document document;
            document.kind = "footer_mode";
            document.finding = mode == report::FooterMode::on    ? "The memory footer is shown under every cell."
                               : mode == report::FooterMode::off ? "The memory footer is not shown."
                                                                 : "The memory footer is shown under cells that matter.";
            if (mode == report::FooterMode::automatic)
            {
                document.parts.push_back(report::Paragraph{
                    "They matter where 100 kB or more were kept or freed, or 1 MB or more were needed.", true});
            }
            document.data = {{"mode", report::to_string(mode)}};
            return {document};
        }

        std::string help()
        {
            return "%memory footer        says when the line under a cell is shown\n"
                   "%memory footer auto   under cells that kept or freed 100 kB or more, or needed 1 MB or more\n"
                   "%memory footer on     under every cell\n"
                   "%memory footer off    under none; the figures are still taken: %memory cell";
        }
    }

    Command footer_command()
    {
        return {
            "footer", "footer [auto|on|off]", "when the line under a cell is shown", {"auto", "on", "off"}, false, true, run,
            help,     {"%memory footer auto"}};
    }
}
