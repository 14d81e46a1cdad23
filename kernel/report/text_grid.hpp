// Words on a terminal's page of 80 columns: wrapped between words, or in columns beside each other. For render_text. What it
// takes is visible text (characters.hpp). Any thread.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"

namespace xmemory::report
{
    inline constexpr int page_columns = 80;
    inline constexpr int gap_columns = 2;

    // Breaks at spaces; a word that is longer than the page stays whole, so that it can be copied.
    std::string wrapped(const std::string& text);

    std::string padding(int columns);

    // words to the left or right of so many columns; longer ones as they are.
    std::string padded(const std::string& words, int columns, Align align = Align::left);

    using Grid = std::vector<std::vector<std::string>>; // rows of cells; a row may have fewer

    // Each column as wide as its widest cell; where that is too much for the page, the widest left-aligned columns are cut.
    std::string aligned(const Grid& grid, const std::vector<Align>& columns);
}
