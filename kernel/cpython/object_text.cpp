#include "cpython/object_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>

namespace xmemory::cpython
{
    namespace
    {
        constexpr Py_ssize_t longest_literal = 60;
        constexpr Py_ssize_t longest_tuple = 6;
        constexpr int deepest_tuple = 3;

        void add_utf8(std::string& text, Py_UCS4 character)
        {
            if (character < 0x80)
            {
                text += static_cast<char>(character);
            }
            else if (character < 0x800)
            {
                text += static_cast<char>(0xC0 | character >> 6);
                text += static_cast<char>(0x80 | (character & 0x3F));
            }
            else if (character < 0x10000)
            {
                const bool is_surrogate = character >= 0xD800 && character < 0xE000;
                const Py_UCS4 shown = is_surrogate ? 0xFFFD : character;
                text += static_cast<char>(0xE0 | shown >> 12);
                text += static_cast<char>(0x80 | (shown >> 6 & 0x3F));
                text += static_cast<char>(0x80 | (shown & 0x3F));
            }
            else
            {
                text += static_cast<char>(0xF0 | character >> 18);
                text += static_cast<char>(0x80 | (character >> 12 & 0x3F));
                text += static_cast<char>(0x80 | (character >> 6 & 0x3F));
                text += static_cast<char>(0x80 | (character & 0x3F));
            }
        }

        bool is_ready(PyObject* string) { return PyUnicode_IS_READY(string) != 0; }

        // As in source: with escapes for what would end it, or could not be seen.
        void add_escaped(std::string& text, Py_UCS4 character)
        {
            char escape[16] = "";
            if (character == '\'' || character == '\\')
            {
                std::snprintf(escape, sizeof escape, "\\%c", static_cast<int>(character));
            }
            else if (character == '\n')
            {
                std::strcpy(escape, "\\n");
            }
            else if (character < 0x20 || (character >= 0x7F && character < 0xA0))
            {
                std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(character));
            }
            else if ((character >= 0xD800 && character < 0xE000) || (character >= 0x200B && character < 0x2070))
            {
                std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(character));
            }
            *escape != '\0' ? void(text += escape) : add_utf8(text, character);
        }

        std::optional<std::string> literal_of_string(PyObject* string)
        {
            if (!is_ready(string) || PyUnicode_GET_LENGTH(string) > longest_literal)
            {
                return std::nullopt;
            }
            std::string text = "'";
            for (Py_ssize_t index = 0; index < PyUnicode_GET_LENGTH(string); ++index)
            {
                add_escaped(text, PyUnicode_READ_CHAR(string, index));
            }
            return text + "'";
        }

        std::optional<std::string> literal_of_bytes(PyObject* bytes)
        {
            if (PyBytes_GET_SIZE(bytes) > longest_literal)
            {
                return std::nullopt;
            }
            std::string text = "b'";
            for (Py_ssize_t index = 0; index < PyBytes_GET_SIZE(bytes); ++index)
            {
                const auto byte = static_cast<unsigned char>(PyBytes_AS_STRING(bytes)[index]);
                char escape[8];
                std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(byte));
                byte < 0x80 ? add_escaped(text, byte) : void(text += escape);
            }
            return text + "'";
        }

        std::optional<std::string> literal_of_int(PyObject* number)
        {
            int overflow = 0;
            const long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
            return overflow != 0 ? std::nullopt : std::optional(std::to_string(value));
        }

        std::optional<std::string> literal_of_float(PyObject* number)
        {
            const double value = PyFloat_AS_DOUBLE(number);
            char text[32];
            std::snprintf(text, sizeof text, "%.17g", value);
            if (std::strpbrk(text, "in") != nullptr) // inf and nan are no literals
            {
                return std::nullopt;
            }
            return std::strpbrk(text, ".e") != nullptr ? std::string(text) : std::string(text) + ".0";
        }

        std::optional<std::string> literal_within(PyObject* object, int depth)
        {
            if (object == Py_None || object == Py_True || object == Py_False)
            {
                return object == Py_None ? "None" : object == Py_True ? "True" : "False";
            }
            if (PyUnicode_CheckExact(object))
            {
                return literal_of_string(object);
            }
            if (PyLong_CheckExact(object))
            {
                return literal_of_int(object);
            }
            if (PyFloat_CheckExact(object))
            {
                return literal_of_float(object);
            }
            if (PyBytes_CheckExact(object))
            {
                return literal_of_bytes(object);
            }
            if (!PyTuple_CheckExact(object) || PyTuple_GET_SIZE(object) > longest_tuple || depth >= deepest_tuple)
            {
                return std::nullopt;
            }
            std::string text = "(";
            for (Py_ssize_t index = 0; index < PyTuple_GET_SIZE(object); ++index)
            {
                const auto element = literal_within(PyTuple_GET_ITEM(object, index), depth + 1);
                if (!element)
                {
                    return std::nullopt;
                }
                text += (index == 0 ? "" : ", ") + *element;
            }
            return text + (PyTuple_GET_SIZE(object) == 1 ? ",)" : ")");
        }
    }

    std::string text_of(PyObject* string, std::size_t most_characters)
    {
        std::string text;
        if (!is_ready(string))
        {
            return text;
        }
        const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(string));
        for (std::size_t index = 0; index < std::min(length, most_characters); ++index)
        {
            add_utf8(text, PyUnicode_READ_CHAR(string, static_cast<Py_ssize_t>(index)));
        }
        return length > most_characters ? text + "…" : text;
    }

    std::optional<std::string> literal_of(PyObject* object) { return literal_within(object, 0); }

    bool is_identifier(const std::string& name)
    {
        static constexpr const char* keywords[] = {
            "False", "None",   "True",  "and",    "as",   "assert", "async",  "await",    "break", "class",  "continue", "def",
            "del",   "elif",   "else",  "except", "for",  "from",   "global", "finally",  "if",    "import", "in",       "is",
            "lambda", "nonlocal", "not", "or",    "pass", "raise",  "return", "try",      "while", "with",   "yield"};
        for (const char* keyword : keywords)
        {
            if (name == keyword)
            {
                return false;
            }
        }
        const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; };
        for (const char character : name)
        {
            const auto c = static_cast<unsigned char>(character);
            if (!is_letter(c) && std::isdigit(c) == 0)
            {
                return false;
            }
        }
        return !name.empty() && is_letter(static_cast<unsigned char>(name[0]));
    }
}
