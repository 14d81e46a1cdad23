#include "report/characters.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace xmemory::report
{
    namespace
    {
        constexpr char32_t replacement = 0xFFFD;

        struct Range
        {
            char32_t first;
            char32_t last;
        };

        // The blocks that terminals draw over two columns, and those that add to the character before. Whole blocks rather
        // than Unicode's full tables: a stray column in a rare script does no harm.
        constexpr Range wide[] = {{0x1100, 0x115F},  {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xA960, 0xA97F},
                                  {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                                  {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
                                  {0x20000, 0x3FFFD}};
        constexpr Range combining[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
                                       {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                                       {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};

        template <std::size_t N>
        bool is_in(char32_t character, const Range (&ranges)[N])
        {
            return std::any_of(std::begin(ranges), std::end(ranges),
                               [=](Range range) { return character >= range.first && character <= range.last; });
        }

        int width_of(char32_t character) { return is_in(character, combining) ? 0 : is_in(character, wide) ? 2 : 1; }

        // The character at `at`, which moves past it; an invalid byte is a replacement character of its own.
        char32_t next_character(const std::string& text, std::size_t& at)
        {
            const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
            const unsigned char lead = byte(at++);
            if (lead < 0x80)
                return lead;
            const int more = lead >= 0xF0 && lead <= 0xF4  ? 3
                             : lead >= 0xE0 && lead < 0xF0 ? 2
                             : lead >= 0xC2 && lead < 0xE0 ? 1
                                                           : 0;
            if (more == 0 || at + static_cast<std::size_t>(more) > text.size())
                return replacement;
            char32_t character = lead & (0x3F >> more);
            for (int i = 0; i < more; ++i)
            {
                if ((byte(at + i) & 0xC0) != 0x80)
                    return replacement;
                character = character << 6 | (byte(at + i) & 0x3F);
            }
            constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};
            if (character < least[more] || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
                return replacement;
            at += static_cast<std::size_t>(more);
            return character;
        }

        void append(std::string& text, char32_t character)
        {
            if (character < 0x80)
                text += static_cast<char>(character);
            else if (character < 0x800)
                text += {static_cast<char>(0xC0 | character >> 6), static_cast<char>(0x80 | (character & 0x3F))};
            else if (character < 0x10000)
                text += {static_cast<char>(0xE0 | character >> 12), static_cast<char>(0x80 | (character >> 6 & 0x3F)),
                         static_cast<char>(0x80 | (character & 0x3F))};
            else
                text += {static_cast<char>(0xF0 | character >> 18), static_cast<char>(0x80 | (character >> 12 & 0x3F)),
                         static_cast<char>(0x80 | (character >> 6 & 0x3F)), static_cast<char>(0x80 | (character & 0x3F))};
        }

        char32_t shown(char32_t character)
        {
            if (character == '\n' || character == '\r' || character == '\t' || character == 0x2028 || character == 0x2029)
                return ' ';
            if (character < 0x20)
                return 0x2400 + character;
            if (character == 0x7F)
                return 0x2421;
            const bool turns_direction = character == 0x061C || character == 0x200E || character == 0x200F ||
                                         (character >= 0x202A && character <= 0x202E) ||
                                         (character >= 0x2066 && character <= 0x2069);
            return turns_direction || (character >= 0x80 && character < 0xA0) ? replacement : character;
        }
    }

    std::string visible(const std::string& text)
    {
        std::string result;
        result.reserve(text.size());
        for (std::size_t at = 0; at < text.size();)
            append(result, shown(next_character(text, at)));
        return result;
    }

    std::string escape_html(const std::string& text)
    {
        std::string result;
        for (const char character : visible(text))
        {
            switch (character)
            {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += character;
            }
        }
        return result;
    }

    std::vector<std::string> lines_of(const std::string& text)
    {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at <= text.size();)
        {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            lines.push_back(text.substr(at, end - at));
            at = end + 1;
        }
        return lines;
    }

    std::vector<std::string> code_lines_of(const std::string& text)
    {
        std::string spaced;
        for (const char character : text)
            spaced += character == '\t' ? std::string(4, ' ') : std::string(1, character);
        return lines_of(spaced);
    }

    int display_width(const std::string& text)
    {
        int columns = 0;
        for (std::size_t at = 0; at < text.size();)
            columns += width_of(next_character(text, at));
        return columns;
    }

    std::string cut_to_width(const std::string& text, int columns)
    {
        if (display_width(text) <= columns)
            return text;
        std::size_t end = 0;
        int used = 0;
        for (std::size_t at = 0; at < text.size(); end = at)
        {
            used += width_of(next_character(text, at));
            if (used > columns - 1)
                break;
        }
        return text.substr(0, end) + "…";
    }
}
