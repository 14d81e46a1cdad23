// The pictures of reports as small self-contained SVG documents, each drawn in the file of its name (svg_squares.cpp …), and
// the <img> that holds one. Whole pixels where edges are straight, so that they are sharp; mid-tones, so that no theme needs
// detecting; no text, since text in an image takes no theme colour: labels stand beside it in the HTML, but for those of a graph,
// which have a ground of their own. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "report/document.hpp"

namespace xmemory::report
{
    struct SvgPicture
    {
        std::string svg;
        int width_px = 0;
        int height_px = 0;
    };

    // elements within an <svg> of that size.
    SvgPicture svg_picture(int width_px, int height_px, const std::string& elements);

    enum class Fit {
        inline_shrinking, // in a line of words; narrower where the page is narrow
        inline_fixed,     // in a line of words
        block_fixed       // on its own, for labels that stand at pixels of it
    };

    // As <img alt="…" src="data:image/svg+xml;base64,…">, which survives an untrusted notebook.
    std::string svg_image(const SvgPicture& picture, const std::string& alternative_text, Fit fit);

    // A bar in which full_bytes would take the whole width.
    SvgPicture bar_svg(const Bar& bar, std::int64_t full_bytes, int width_px, int height_px);

    // Lines of up to 32 squares: each row of the picture takes as many lines as its longest needs, and squares_row_px.
    SvgPicture squares_svg(const Squares& squares);
    int squares_row_px(const Squares& squares);

    // The lines and markers over a grid at the powers of ten; chart_frame says where its ticks stand.
    SvgPicture chart_svg(const Chart& chart);

    // Nodes on a circle, an arrow from each to the next; more than are drawn are three dots.
    SvgPicture ring_svg(const Ring& ring);

    // A line from the object to where each way begins, with a dot for each object between; as many rows of fan_row_px.
    inline constexpr int fan_row_px = 20;
    inline constexpr int most_fan_dots = 5;
    SvgPicture fan_svg(const Fan& fan);
    // Objects as circles, whose areas are their bytes, with their names beside them; references as arrows, those that close a cycle
    // dashed and in another colour. nullopt where it cannot be laid out (graph_layout.hpp).
    std::optional<SvgPicture> graph_svg(const Graph& graph);

    inline constexpr int nearness_decade_px = 40;

    // The line from too little to too much, with a tick at each power of ten and the mark of one guess.
    SvgPicture nearness_svg(double ratio);
}
