// %memory mark: the counts of all objects, kept under a name to compare with later.
#include "magics/commands.hpp"
#include "magics/marks.hpp"
#include "magics/options.hpp"
#include "magics/type_report.hpp"

namespace xmemory::magics
{
    namespace
    {
        report::Document dropped(const std::string& name)
        {
            marks::forget(name);
            report::Document document;
            document.kind = "mark";
            document.finding = "The mark " + name + " is gone.";
            document.data = {{"mark", name}, {"objects", nullptr}};
            return document;
        }

        std::vector<report::Document> run_mark(const Request& request)
        {
            std::string name;
            bool drop = false;
            CLI::App app("", "mark");
            app.add_option("name", name)->required();
            app.add_flag("--drop", drop);
            parse(app, request);
            if (drop)
            {
                return {dropped(name)};
            }
            marks::has_room_for(name);
            TypeCounts counts = count_types(request.progress);
            std::int64_t objects = 0;
            for (const TypeCount& type : counts.types)
            {
                objects += of_cells(type.by_cell).count;
            }
            marks::keep(name, std::move(counts));
            report::Document document;
            document.kind = "mark";
            document.finding = "Marked as " + name + ": " + objects_words(objects) + " of your cells are in use.";
            document.next = "%memory types --since " + name;
            document.data = {{"mark", name}, {"objects", objects}};
            return {document};
        }

        std::string mark_help()
        {
            return "%memory mark NAME  keeps the counts of all objects as they are now, for %memory types --since NAME\n"
                   "%memory mark NAME --drop  forgets them";
        }
    }

    Command mark_command()
    {
        return {"mark",
                "mark NAME [--drop]",
                "keeps the counts of all objects, for %memory types --since NAME",
                {"--drop"},
                false,
                true,
                run_mark,
                mark_help,
                {"%memory mark before"}};
    }
}
