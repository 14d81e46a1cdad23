// The colours of pictures and the markers that tell one kind from another without them. Each colour holds 3:1 on white and on
// the dark grounds of Jupyter's front ends, so no theme needs detecting. Any thread.
#pragma once

#include <array>
#include <string>

#include "report/document.hpp"
#include "report/svg.hpp"

namespace xmemory::report
{
    inline constexpr const char* outline_colour = "#808080";
    inline constexpr const char* small_objects_colour = "#0072B2";

    // What a shade is filled with; nullptr for what is free, which is an outline.
    const char* fill_of(Shade shade);

    inline constexpr std::array<const char*, 6> kind_colours = {"#0072B2", "#D55E00", "#009E73",
                                                                "#CC79A7", "#8A63D2", "#9A7D0A"};

    // Kinds are counted from 0. Colours and shapes come round again, in step with each other no sooner than after 36.
    const char* colour_of_kind(int kind);

    // The marker of a kind (circle, square, triangle, diamond, triangle on its tip, cross) around a centre, in its colour.
    std::string marker_svg(int kind, int centre_x, int centre_y, int radius);

    // A marker alone, for legends.
    SvgPicture marker_picture(int kind);
}
