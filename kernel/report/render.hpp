// A Document as text, as HTML, and as one MIME bundle. One renderer a format, in the file of its name. Any thread.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "report/document.hpp"

namespace xmemory::report
{
    inline constexpr const char* report_mime_type = "application/vnd.xmemory.report+json";

    // Reads well in an 80-column terminal; ends without a newline. The finding stays on one line, paragraphs are wrapped.
    std::string render_text(const Document& document);

    // Survives an untrusted notebook: <details>, tables, inline styles with literal values, <img> with data: URIs, no more.
    // Everything that came from the user is escaped.
    std::string render_html(const Document& document);

    // {"text/plain": …, "text/html": …, report_mime_type: document.data with "kind"}
    nlohmann::json render_bundle(const Document& document);
}
