// A table without lines, stripes or room of its own, in which words stand beside a picture: front ends' own table styles are
// undone inline, since nothing else survives an untrusted notebook. content is HTML. For the pictures' HTML. Any thread.
#pragma once

#include <string>

namespace xmemory::report
{
    inline std::string layout_cell(const std::string& style, const std::string& content)
    {
        return R"(<td style="border:none;background:none;)" + style + R"(">)" + content + "</td>";
    }

    inline std::string layout_row(const std::string& cells) { return R"(<tr style="background:none">)" + cells + "</tr>"; }

    inline std::string layout_table(const std::string& rows)
    {
        return R"(<table style="border-collapse:collapse;margin:4px 0 8px 0;font-size:13px"><tbody>)" + rows +
               "</tbody></table>";
    }
}
