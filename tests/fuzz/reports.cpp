// A report of anything, as text, HTML and data: whatever is in it stays text, and the HTML has only what an untrusted notebook leaves.
#include <cctype>

#include "given_bytes.hpp"
#include "report/cell_record.hpp"
#include "report/characters.hpp"
#include "report/footer.hpp"
#include "report/graph_layout.hpp"
#include "report/render.hpp"

using namespace xmemory::report;
using xmemory::fuzz::GivenBytes;

namespace
{
    std::string given_layouts; // of the document's graphs, one after the other
    GivenBytes* layout_bytes = nullptr;

    Bar bar_of(GivenBytes& bytes)
    {
        Bar bar;
        for (int left = bytes.below(6); left > 0; --left)
        {
            bar.push_back({static_cast<Shade>(bytes.below(4)), bytes.number<std::int64_t>()});
        }
        return bar;
    }

    Table table_of(GivenBytes& bytes)
    {
        Table table;
        const int columns = bytes.below(5);
        for (int column = 0; column < columns; ++column)
        {
            table.columns.push_back({bytes.text(), static_cast<Align>(bytes.below(3))});
        }
        for (int rows = bytes.below(6); rows > 0; --rows)
        {
            std::vector<Entry> row;
            for (int entries = columns; entries > 0; --entries)
            {
                row.push_back(bytes.below(4) == 0 ? Entry(bar_of(bytes), bytes.text()) : Entry(bytes.text()));
            }
            table.rows.push_back(std::move(row));
        }
        return table;
    }

    Squares squares_of(GivenBytes& bytes)
    {
        Squares squares;
        for (int rows = bytes.below(4); rows > 0; --rows)
        {
            Squares::Row row{bytes.text(), {}, bytes.text(), bytes.text()};
            for (int filled = bytes.below(70); filled > 0; --filled)
            {
                row.filled.push_back(bytes.number<std::uint8_t>() / 255.0);
            }
            squares.rows.push_back(std::move(row));
        }
        squares.alternative_text = bytes.text();
        squares.not_shown = bytes.text();
        return squares;
    }

    Chart chart_of(GivenBytes& bytes)
    {
        Chart chart;
        for (int series = bytes.below(4); series > 0; --series)
        {
            Chart::Series one{bytes.text(), {}};
            std::int64_t x = 0;
            for (int points = bytes.below(9); points > 0; --points)
            {
                x += 1 + bytes.number<std::uint32_t>();
                one.points.push_back({x, bytes.number<std::int64_t>() & INT64_MAX});
            }
            chart.series.push_back(std::move(one));
        }
        chart.x_label = bytes.text();
        chart.y_label = bytes.text();
        chart.alternative_text = bytes.text();
        return chart;
    }

    Ring ring_of(GivenBytes& bytes)
    {
        Ring ring;
        for (int names = bytes.below(8); names > 0; --names)
        {
            ring.names.push_back(bytes.text());
        }
        ring.others = bytes.number<std::uint16_t>();
        ring.caption = bytes.text();
        return ring;
    }

    Nearness nearness_of(GivenBytes& bytes)
    {
        Nearness nearness;
        for (int rows = bytes.below(5); rows > 0; --rows)
        {
            nearness.rows.push_back({bytes.text(), (1 + bytes.number<std::uint32_t>()) / 65536.0, bytes.text()});
        }
        nearness.alternative_text = bytes.text();
        return nearness;
    }

    Fan fan_of(GivenBytes& bytes)
    {
        Fan fan;
        for (int rows = bytes.below(6); rows > 0; --rows)
        {
            fan.rows.push_back({bytes.text(), bytes.below(20), bytes.below(9)});
        }
        fan.object = bytes.text();
        fan.alternative_text = bytes.text();
        fan.not_shown = bytes.text();
        return fan;
    }

    Graph graph_of(GivenBytes& bytes)
    {
        Graph graph;
        const int nodes = bytes.below(10);
        for (int number = 0; number < nodes; ++number)
        {
            const std::size_t parent = number == 0 ? 0 : bytes.below(number);
            graph.nodes.push_back({bytes.text(), bytes.text(), bytes.number<std::int64_t>(), bytes.below(2) == 1, parent});
        }
        for (int references = nodes == 0 ? 0 : bytes.below(5); references > 0; --references)
        {
            const std::size_t from = bytes.below(nodes), to = bytes.below(nodes);
            graph.across.push_back({from, to, bytes.text(), bytes.below(2) == 1});
        }
        graph.holders = bytes.below(2) == 1;
        graph.alternative_text = bytes.text();
        given_layouts += bytes.text(255);
        return graph;
    }

    Part part_of(GivenBytes& bytes, int depth)
    {
        switch (bytes.below(depth < 3 ? 11 : 8))
        {
        case 0:
            return Code{bytes.text(255)};
        case 1:
            return table_of(bytes);
        case 2:
            return Picture{bar_of(bytes), bytes.text()};
        case 3:
            return squares_of(bytes);
        case 4:
            return chart_of(bytes);
        case 5:
            return ring_of(bytes);
        case 6:
            return nearness_of(bytes);
        case 9:
            return fan_of(bytes);
        case 10:
            return graph_of(bytes);
        case 8:
        {
            Details details{bytes.text(), {}};
            for (int parts = bytes.below(3); parts > 0; --parts)
            {
                details.parts.push_back(part_of(bytes, depth + 1));
            }
            return details;
        }
        default:
            return Paragraph{bytes.text(255), bytes.below(2) == 1};
        }
    }

    // No tag but those, and no attribute that runs anything.
    void holds_only(const std::vector<std::string>& tags, const std::string& html)
    {
        for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1))
        {
            std::size_t begin = at + 1 + (html[at + 1] == '/'), end = begin;
            while (end < html.size() && std::isalnum(static_cast<unsigned char>(html[end])))
            {
                ++end;
            }
            const std::string tag = html.substr(begin, end - begin);
            HOLDS(std::find(tags.begin(), tags.end(), tag) != tags.end());
            const std::size_t close = html.find('>', at);
            HOLDS(close != std::string::npos);
            std::string outside; // of the quoted values
            bool quoted = false;
            for (std::size_t i = at; i < close; ++i)
            {
                quoted ^= html[i] == '"';
                outside += quoted ? ' ' : html[i];
            }
            HOLDS(outside.find(" on") == std::string::npos);
        }
    }

    std::string from_base64(const std::string& digits)
    {
        static const std::string all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        std::string bytes;
        unsigned group = 0;
        int bits = 0;
        for (const char digit : digits.substr(0, digits.find('=')))
        {
            HOLDS(all.find(digit) != std::string::npos);
            group = group << 6 | static_cast<unsigned>(all.find(digit));
            bits += 6;
            if (bits >= 8)
            {
                bits -= 8;
                bytes += static_cast<char>(group >> bits & 255);
            }
        }
        return bytes;
    }

    void holds_only_ours(const std::string& html)
    {
        static const std::vector<std::string> tags = {"div", "details", "summary", "table", "thead", "tbody", "tr",   "td",
                                                      "th",  "b",       "p",       "pre",   "span",  "img",   "code", "br"};
        static const std::vector<std::string> svg_tags = {"svg", "g", "path", "circle", "rect", "text"};
        static const std::string before = "src=\"data:image/svg+xml;base64,";
        holds_only(tags, html);
        for (std::size_t at = html.find(before); at != std::string::npos; at = html.find(before, at + 1))
        {
            const std::size_t begin = at + before.size();
            holds_only(svg_tags, from_base64(html.substr(begin, html.find('"', begin) - begin)));
        }
    }

    void holds_no_control_characters(const std::string& text)
    {
        for (const char character : text)
        {
            HOLDS(static_cast<unsigned char>(character) >= 0x20 || character == '\n');
        }
    }
}

namespace xmemory::report
{
    // In the place of Graphviz's, which sees nothing but sizes, takes some milliseconds a graph and forgets a few bytes of its own in
    // some (flat_rev in lib/dotgen/mincross.c of 2.42): points anywhere, in the form that is promised.
    std::optional<GraphLayout> lay_out(const std::vector<GraphBox>& boxes, const std::vector<GraphLine>& lines, int)
    {
        GivenBytes& bytes = *layout_bytes;
        const auto point = [&] {
            return GraphPoint{bytes.number<std::int16_t>() / 16.0, bytes.number<std::int16_t>() / 16.0};
        };
        if (bytes.below(16) == 1)
        {
            return std::nullopt;
        }
        GraphLayout layout;
        layout.width_px = bytes.number<std::uint16_t>() / 64.0;
        layout.height_px = bytes.number<std::uint16_t>() / 16.0;
        for (std::size_t box = 0; box < boxes.size(); ++box)
        {
            layout.centres.push_back(point());
        }
        for (std::size_t line = 0; line < lines.size(); ++line)
        {
            GraphLayout::Curve curve;
            for (int points = 1 + 3 * bytes.below(4); points > 1; --points)
            {}
            curve.tip = point();
            layout.curves.push_back(std::move(curve));
        }
        return layout;
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    GivenBytes bytes(data, size);
    Document document;
    given_layouts.clear();
    document.kind = "fuzz";
    document.folded = bytes.below(2) == 1;
    document.finding = bytes.text(255);
    document.next = bytes.text();
    for (int parts = 0; parts < 12 && !bytes.empty(); ++parts)
    {
        document.parts.push_back(part_of(bytes, 0));
    }
    GivenBytes of_layouts(reinterpret_cast<const std::uint8_t*>(given_layouts.data()), given_layouts.size());
    layout_bytes = &of_layouts;
    const nlohmann::json bundle = render_bundle(document);
    holds_only_ours(bundle["text/html"].get_ref<const std::string&>());
    holds_no_control_characters(bundle["text/plain"].get_ref<const std::string&>());
    HOLDS(!bundle.dump().empty()); // throws where something is no UTF-8
    return 0;
}
