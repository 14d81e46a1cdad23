// Where the boxes and curves of a drawn graph go: Graphviz's dot, from left to right. The library is loaded when the first graph is
// laid out, since few sessions draw one. It sees sizes and numbers, never a name; what it allocates carries the calling thread's
// scope. One thread at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace xmemory::report
{
    struct GraphPoint
    {
        double x = 0;
        double y = 0; // downwards
    };

    struct GraphBox
    {
        int width_px = 0;
        int height_px = 0;
    };

    struct GraphLine
    {
        std::size_t from = 0; // boxes
        std::size_t to = 0;
        bool in_tree = true; // to stands one column to the right of from; others may go anywhere
        bool points_back = false; // the arrow is at from
    };

    struct GraphLayout
    {
        struct Curve
        {
            std::vector<GraphPoint> points; // Bézier: a start, then three for each stretch; empty where it could not be drawn
            GraphPoint tip;                 // of the arrow that follows the last point, or goes before the first where it points back
        };
        double width_px = 0;
        double height_px = 0;
        std::vector<GraphPoint> centres; // by box
        std::vector<Curve> curves;       // by line
    };

    // nullopt where the library is not there, or gives up.
    std::optional<GraphLayout> lay_out(const std::vector<GraphBox>& boxes, const std::vector<GraphLine>& lines, int column_gap_px);
}
