// %memory size: how much objects take, alone and with all that they lead to, and what would be freed if they went.
#include <algorithm>

#include "magics/commands.hpp"
#include "magics/object_sizes.hpp"
#include "magics/size_reasons.hpp"
#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::BytesByOrigin;
        using cpython::sum_of;
        using nlohmann::json;
        using report::Align;
        using report::count;
        using report::exact_bytes;
        using report::human_bytes;

        constexpr std::size_t most_expressions = 12;
        constexpr std::size_t most_types = 8;
        constexpr int longest_label = 60;

        std::string cut(const std::string& label) { return report::cut_to_width(report::visible(label), longest_label); }

        report::Bar bar(const BytesByOrigin& bytes)
        {
            return {{report::Shade::python_small, bytes[0]},
                    {report::Shade::python_large, bytes[1]},
                    {report::Shade::native, bytes[2]}};
        }

        std::vector<report::Entry> part_row(const std::string& label, std::int64_t objects, const BytesByOrigin& bytes)
        {
            const std::string size = human_bytes(sum_of(bytes));
            return {cut(label), count(objects), size, {bar(bytes), size}};
        }

        report::Table parts_table(const ObjectSize& size)
        {
            report::Table table;
            table.columns = {{"part", Align::left}, {"objects", Align::right}, {"bytes", Align::right}, {"", Align::bar}};
            table.rows.push_back(part_row("itself", 1, size.shallow));
            for (const PartSize& part : size.parts)
            {
                table.rows.push_back(part_row(part.label, part.objects, part.bytes));
            }
            return table;
        }

        report::Table types_table(const ObjectSize& size)
        {
            report::Table table;
            table.columns = {{"type", Align::left}, {"objects", Align::right}, {"bytes", Align::right}, {"only through it", Align::right}};
            TypeSize others;
            for (std::size_t index = 0; index < size.types.size(); ++index)
            {
                const TypeSize& type = size.types[index];
                if (index < most_types)
                {
                    table.rows.push_back({type.type, count(type.objects), human_bytes(type.bytes), human_bytes(type.exclusive_bytes)});
                    continue;
                }
                others.objects += type.objects;
                others.bytes += type.bytes;
                others.exclusive_bytes += type.exclusive_bytes;
            }
            if (size.types.size() > most_types)
            {
                table.rows.push_back({"and " + count(static_cast<std::int64_t>(size.types.size() - most_types)) + " more", count(others.objects),
                                      human_bytes(others.bytes), human_bytes(others.exclusive_bytes)});
            }
            return table;
        }

        report::Table comparison(const ObjectSizes& sizes)
        {
            report::Table table;
            table.columns = {{"", Align::left},           {"alone", Align::right},         {"with all it leads to", Align::right},
                             {"only through it", Align::right}, {"", Align::bar}};
            for (const ObjectSize& size : sizes.each)
            {
                const std::string deep = human_bytes(sum_of(size.deep));
                table.rows.push_back({cut(size.label), human_bytes(sum_of(size.shallow)), deep, human_bytes(size.exclusive_bytes),
                                      {bar(size.deep), deep}});
            }
            table.rows.push_back({"together", "", human_bytes(sizes.together_bytes), human_bytes(sizes.together_exclusive_bytes), ""});
            return table;
        }

        json parts_data(const std::vector<PartSize>& parts)
        {
            json all = json::array();
            for (const PartSize& part : parts)
            {
                all.push_back({{"part", cut(part.label)}, {"objects", part.objects}, {"bytes", sum_of(part.bytes)}});
            }
            return all;
        }

        json data_of(const ObjectSize& size, const std::optional<std::int64_t>& says, const std::vector<std::string>& reasons)
        {
            json types = json::array();
            for (std::size_t index = 0; index < std::min(size.types.size(), most_types); ++index)
            {
                const TypeSize& type = size.types[index];
                types.push_back({{"type", type.type},
                                 {"objects", type.objects},
                                 {"bytes", type.bytes},
                                 {"exclusive_bytes", type.exclusive_bytes}});
            }
            const std::int64_t deep = sum_of(size.deep);
            return {{"expression", cut(size.label)},
                    {"type", size.type},
                    {"shallow_bytes", sum_of(size.shallow)},
                    {"deep_bytes", deep},
                    {"exclusive_bytes", size.exclusive_bytes},
                    {"shared_bytes", deep - size.exclusive_bytes},
                    {"objects", size.objects},
                    {"python_small_bytes", size.deep[0]},
                    {"python_large_bytes", size.deep[1]},
                    {"native_bytes", size.deep[2]},
                    {"getsizeof_bytes", says ? json(*says) : json()},
                    {"types", types},
                    {"more_types", size.types.size() - types.size()},
                    {"parts", parts_data(size.parts)},
                    {"largest_path", parts_data(size.path)},
                    {"remarks", reasons}};
        }

        std::string path_words(const ObjectSize& size)
        {
            if (size.path.size() < 2)
            {
                return "";
            }
            const PartSize& last = size.path.back();
            return "Most of it is in " + cut(size.label + last.label) + ": " + human_bytes(sum_of(last.bytes)) + ".";
        }

        void add_one(const ObjectSize& size, PyObject* object, std::vector<report::Part>& parts, json& data)
        {
            const auto says = getsizeof_says(object);
            std::vector<std::string> remarks = reasons_of(object, size);
            if (const std::string why = why_getsizeof_differs(object, size, says); !why.empty())
            {
                remarks.push_back(why);
            }
            if (const std::string where = path_words(size); !where.empty())
            {
                remarks.insert(remarks.begin(), where);
            }
            if (!size.parts.empty())
            {
                parts.push_back(parts_table(size));
            }
            for (const std::string& remark : remarks)
            {
                parts.push_back(report::Paragraph{remark});
            }
            if (size.types.size() > 1)
            {
                parts.push_back(report::Details{"By type", {types_table(size)}});
            }
            data.push_back(data_of(size, says, remarks));
        }

        std::string finding_of(const ObjectSizes& sizes)
        {
            if (sizes.each.size() > 1)
            {
                return "Together **" + human_bytes(sizes.together_bytes) + "**, each object counted once; " +
                       (sizes.overlap_bytes == 0 ? "they share nothing."
                                                 : human_bytes(sizes.overlap_bytes) + " of it belongs to more than one.");
            }
            const ObjectSize& size = sizes.each[0];
            const std::int64_t deep = sum_of(size.deep);
            if (size.objects == 1)
            {
                return cut(size.label) + ": **" + human_bytes(deep) + "** (" + size.type + ").";
            }
            return cut(size.label) + ": **" + human_bytes(deep) + "** with all that it leads to, " + count(size.objects) +
                   " objects; alone " + human_bytes(sum_of(size.shallow)) + " (" + size.type + ").";
        }

        std::vector<report::Document> run(const Request& request)
        {
            const std::vector<NamedValue> values = named_values("size", request.line, most_expressions);
            const ObjectSizes sizes = measure_sizes(values, request.progress);
            report::Document document;
            document.kind = "size";
            document.finding = finding_of(sizes);
            json each = json::array();
            const bool is_one = sizes.each.size() == 1;
            if (!is_one)
            {
                document.parts.push_back(comparison(sizes));
            }
            for (std::size_t index = 0; index < values.size(); ++index)
            {
                std::vector<report::Part> parts;
                add_one(sizes.each[index], values[index].value.ptr(), parts, each);
                if (is_one)
                {
                    document.parts = std::move(parts);
                }
                else if (!parts.empty())
                {
                    document.parts.push_back(report::Details{cut(values[index].label), std::move(parts)});
                }
            }
            document.data = {{"expressions", each},
                             {"together_bytes", sizes.together_bytes},
                             {"together_exclusive_bytes", sizes.together_exclusive_bytes},
                             {"overlap_bytes", sizes.overlap_bytes}};
            return {document};
        }

        std::string help()
        {
            return "%memory size x  what x takes alone, with all that it leads to, and what would be freed if it went\n"
                   "%memory size x, y, d['a']  several at once: each object counts once, and what they share is seen\n"
                   "Classes, modules and the notebook's names are no part of what refers to them.";
        }
    }

    Command size_command()
    {
        return {"size",
                "size EXPR, …",
                "what objects take, alone and with all that they lead to",
                {},
                false,
                false,
                run,
                help,
                {"texts = ['x' * 1000 + str(n) for n in range(1000)]\n"
                 "%memory size texts",
                 "numbers = list(range(100_000))\n"
                 "half = numbers[::2]\n"
                 "%memory size numbers, half"}};
    }
}
