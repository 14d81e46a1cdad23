// What a report says, before anyone decides how it looks: the finding first, then tables with bars, then what to try next.
// A magic builds one Document; render_text, render_html, svg and json each turn it into one format. Plain data, no Python,
// no xeus, no thread of its own: any thread may build and render one.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

namespace xmemory::report
{
    // What a stretch of a bar stands for; each has its own colour in pictures and its own glyph in text.
    enum class Shade { python_small, python_large, native, free };

    struct Segment
    {
        Shade shade = Shade::python_small;
        std::int64_t bytes = 0;
    };

    // A bar is drawn to its table's scale: the widest bar of the table takes the full width, and one that is not empty at
    // least one pixel (or one glyph).
    using Bar = std::vector<Segment>;

    // One cell of a table: text, or a bar (then text is its alternative text).
    struct Entry
    {
        std::string text;
        Bar bar;

        Entry() = default;
        Entry(std::string words) : text(std::move(words)) {}
        Entry(const char* words) : text(words) {}
        Entry(Bar segments, std::string alternative_text) : text(std::move(alternative_text)), bar(std::move(segments)) {}
    };

    enum class Align { left, right, bar };

    struct Column
    {
        std::string title;
        Align align = Align::left;
    };

    struct Table
    {
        std::vector<Column> columns;
        std::vector<std::vector<Entry>> rows;
    };

    struct Paragraph
    {
        std::string text;
        bool secondary = false; // shown with less weight
    };

    // Lines to be read, typed or copied exactly as they stand: an example.
    struct Code
    {
        std::string text;
    };

    // One bar over the full width, on its own line, with a legend of the shades it uses.
    struct Picture
    {
        Bar bar;
        std::string alternative_text;
    };

    // Rows of small squares of 8 px, each filled from below by a share; an outline is empty. %memory pools: a row an arena, a
    // square a pool.
    struct Squares
    {
        struct Row
        {
            std::string label;
            std::vector<double> filled; // 0 to 1
            std::string remark;         // after the squares, or empty
            std::string short_remark;   // in text, where remarks do not fit beside the squares; or empty
        };
        std::vector<Row> rows;
        std::string alternative_text;
        std::string not_shown; // in text, below the rows: what HTML has folded away; or empty
    };

    // Lines through measured points, one series a colour and a kind of marker. Both axes logarithmic; 0 stands on a floor below
    // the lowest power of ten, and nothing is less.
    struct Chart
    {
        struct Point
        {
            std::int64_t x = 0;
            std::int64_t y_bytes = 0;
        };
        struct Series
        {
            std::string label;
            std::vector<Point> points; // by rising x
        };
        std::vector<Series> series;
        std::string x_label; // "n"
        std::string y_label; // "peak"
        std::string alternative_text;
    };

    // Objects that hold each other in a ring: the first holds the second …, the last the first. Those beyond are told by number.
    struct Ring
    {
        std::vector<std::string> names; // what people call each: its type
        std::int64_t others = 0;        // further objects of the same cycle that are not drawn
        std::string caption;            // "5,000 of these, 960 B each"
    };

    // One mark a row on a line from "far too little" by "right" (in the middle) to "far too much": how near guesses were.
    struct Nearness
    {
        struct Row
        {
            std::string label;
            double ratio = 1; // guess ÷ measured, > 0; beyond 1,000 and 1/1,000 it stands at the edge
            std::string remark;
        };
        std::vector<Row> rows;
        std::string alternative_text;
    };

    // Ways to one object, at the left, a row each: where the way begins, at the right, and how many objects lie between.
    struct Fan
    {
        struct Row
        {
            std::string label; // of where it begins
            int kind = 0;      // the same marker for the same kind
            int between = 0;
        };
        std::vector<Row> rows;
        std::string object;
        std::string alternative_text;
        std::string not_shown; // below the rows: "and 12 more"; or empty
    };

    // Objects and the references between them: a tree from the object that was asked about, and the references across it.
    struct Graph
    {
        struct Node
        {
            std::string name; // how its parent holds it: ".rows", "[0]"; of the first, what was typed
            std::string kind; // what it is: "list", "and 1,204 more like this: Node"
            std::int64_t bytes = 0; // told as an area
            bool is_folded = false; // stands for others too, that are not drawn
            std::size_t parent = 0; // comes before it; of the first, itself
        };
        struct Reference
        {
            std::size_t from = 0;
            std::size_t to = 0;
            std::string name;
            bool closes_cycle = false; // from is reached from to, or is it
        };
        std::vector<Node> nodes;
        std::vector<Reference> across;
        bool holders = false; // children hold their parents; else parents hold their children
        std::string alternative_text;
    };

    // What is folded away until asked for. In text it is left out.
    struct Details;

    using Part = std::variant<Paragraph, Code, Table, Picture, Squares, Chart, Ring, Nearness, Fan, Graph, Details>;

    struct Details
    {
        std::string summary;
        std::vector<Part> parts;
    };

    struct Document
    {
        std::string kind;    // the magic's name, or "footer"
        std::string finding; // one plain true sentence; **words** in double asterisks are bold in HTML
        bool folded = false; // the footer: one <details> whose summary is the finding, and text is the finding alone
        std::vector<Part> parts;
        std::string next;                               // what to try next, or empty
        nlohmann::json data = nlohmann::json::object(); // the report as data, units in the names
    };
}
