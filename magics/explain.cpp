// %memory explain: what a word of the reports means, and where CPython's source says so.
#include "core/ledger.hpp"
#include "cpython/pymalloc.hpp"
#include "magics/commands.hpp"
#include "magics/session.hpp"
#include "magics/terms.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        report::Document list_of_terms()
        {
            report::Document document;
            document.kind = "explain";
            document.finding = "Words of the reports that can be explained.";
            std::string names;
            nlohmann::json list = nlohmann::json::array();
            for (const Term& term : terms())
            {
                names += (names.empty() ? "" : " · ") + std::string(term.name);
                list.push_back(term.name);
            }
            document.parts.push_back(report::Paragraph{names, false});
            document.next = "%memory explain peak";
            document.data = {{"terms", list}};
            return document;
        }

        std::string of_last_cell(const char* what, std::int64_t report::Figures::*figure)
        {
            const auto record = session().record(-1);
            return record && record->figures ? "In the last cell, [" + std::to_string(record->cell) + "]: " + what + " " +
                                                   report::human_bytes((*record->figures).*figure) + "."
                                             : "";
        }

        // What it is in this kernel at the moment, for the terms that are one number; else empty.
        std::string here_and_now(const std::string& name)
        {
            if (name == "peak")
            {
                return of_last_cell("a peak of", &report::Figures::peak_bytes);
            }
            if (name == "kept")
            {
                return of_last_cell("kept", &report::Figures::kept_bytes);
            }
            if (name == "taken in total")
            {
                return of_last_cell("taken", &report::Figures::allocated_bytes);
            }
            if (name == "process memory (RSS)")
            {
                const auto resident = resident_bytes();
                return resident ? "Now: " + report::human_bytes(*resident) + "." : "";
            }
            if (name == "native")
            {
                return "In use now: " + report::human_bytes(core::ledger::in_use(core::Origin::native).bytes) +
                       ", the kernel's own included.";
            }
            if (name == "arena")
            {
                const std::int64_t arenas = cpython::pymalloc::read_pools().arenas;
                return "Now: " + report::count(arenas) + (arenas == 1 ? " arena." : " arenas.");
            }
            return "";
        }

        report::Document explained(const Term& term)
        {
            report::Document document;
            document.kind = "explain";
            const std::string meaning = term.meaning;
            const std::size_t end = meaning.find(". ") + 1; // of the first sentence
            document.finding = std::string(term.name) + ": " + meaning.substr(0, end);
            document.parts.push_back(report::Paragraph{meaning.substr(end + 1), false});
            const std::string here = here_and_now(term.name);
            if (!here.empty())
            {
                document.parts.push_back(report::Paragraph{here, false});
            }
            const std::string source = term.source;
            if (!source.empty())
            {
                const bool is_ipython = source.rfind("IPython/", 0) == 0;
                document.parts.push_back(
                    report::Paragraph{(is_ipython ? "In IPython: " : "In CPython 3.11: ") + source + ".", true});
            }
            document.next = term.see;
            document.data = {{"term", term.name}, {"meaning", term.meaning}, {"source", source}, {"see", term.see}};
            return document;
        }

        std::vector<report::Document> run(const Request& request)
        {
            if (request.line.empty())
            {
                return {list_of_terms()};
            }
            const Term* term = find_term(request.line);
            if (term == nullptr)
            {
                const auto similar = similar_terms(request.line);
                throw UsageError("%memory explain does not know '" + request.line + "'. Similar words: " + similar[0] +
                                 ", " + similar[1] + ", " + similar[2] + ". %memory explain lists all.");
            }
            return {explained(*term)};
        }

        std::string help()
        {
            return "%memory explain       lists the words that can be explained\n"
                   "%memory explain TERM  says what it means, and where CPython's source says so";
        }

        std::vector<const char*> names()
        {
            std::vector<const char*> all;
            for (const Term& term : terms())
            {
                all.push_back(term.name);
            }
            return all;
        }
    }

    Command explain_command()
    {
        return {"explain",
                "explain [TERM]",
                "what a word or a figure means",
                names(),
                false,
                false,
                run,
                help,
                {"%memory explain peak", "%memory explain set aside"}};
    }
}
