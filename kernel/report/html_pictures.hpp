// The pictures of a report as HTML: the image without words, and its labels, legend and remarks around it in the theme's
// colour. For render_html. Any thread.
#pragma once

#include <string>

#include "report/document.hpp"

namespace xmemory::report
{
    // A bar with a legend of its shades below.
    std::string picture_html(const Picture& picture);
    // One image for all rows; labels and remarks beside it in lines as high as its rows.
    std::string picture_html(const Squares& squares);
    // Ticks' labels at the left and below, the series' names at the right near the ends of their lines.
    std::string picture_html(const Chart& chart);
    // The ring in words beside it.
    std::string picture_html(const Ring& ring);
    // The picture, where there is a library to lay it out, and the same in words, folded; else the words.
    std::string picture_html(const Graph& graph);
    // A row for each mark, under words for the two ends and the middle.
    std::string picture_html(const Nearness& nearness);
    // The object's name at the left, one image for all ways, where each begins at the right.
    std::string picture_html(const Fan& fan);
}
