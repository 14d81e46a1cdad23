// Bars as small self-contained SVG pictures. Fills hold 3:1 on white and on the dark grounds of Jupyter. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "report/document.hpp"

namespace xmemory::report
{
    // An <svg> document of width_px × height_px in which full_bytes would take the whole width.
    std::string bar_svg(const Bar& bar, std::int64_t full_bytes, int width_px, int height_px);

    // The same as <img alt="…" src="data:image/svg+xml;base64,…">, which survives an untrusted notebook.
    std::string bar_image(const Bar& bar, std::int64_t full_bytes, int width_px, int height_px,
                          const std::string& alternative_text);
}
