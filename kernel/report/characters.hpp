// Text that came from the learner, made safe to show: no control characters in a terminal, no markup in HTML, and its
// width in columns. Takes any bytes; what it gives back is valid UTF-8. Any thread.
#pragma once

#include <string>
#include <vector>

namespace xmemory::report
{
    // Control characters become their pictures (ESC → ␛), line breaks and tabs a space, invalid bytes and characters that
    // turn the direction of what follows U+FFFD.
    std::string visible(const std::string& text);

    // visible, with & < > " ' as character references: for element content and quoted attributes.
    std::string escape_html(const std::string& text);

    // What stands between line breaks; one line more than there are breaks.
    std::vector<std::string> lines_of(const std::string& text);

    // The same of code: tabs, which visible would take for a space, become four.
    std::vector<std::string> code_lines_of(const std::string& text);

    // Columns in a terminal: wide characters (CJK, emoji) take two, combining ones none. text is visible.
    int display_width(const std::string& text);

    // text as it is where it fits into columns, else its start and "…". text is visible; columns ≥ 1.
    std::string cut_to_width(const std::string& text, int columns);
}
