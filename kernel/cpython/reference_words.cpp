#include "cpython/reference_words.hpp"

#include "cpython/object_text.hpp"

namespace xmemory::cpython
{
    namespace
    {
        using Kind = Reference::Kind;
    }

    std::string suffix_of(const Reference& reference)
    {
        switch (reference.kind)
        {
        case Kind::attribute:
        {
            const std::string name = text_of(reference.name, 60);
            return is_identifier(name) ? "." + name : "";
        }
        case Kind::part:
        case Kind::slot:
            return std::string(".") + reference.word;
        case Kind::element:
            return std::string(reference.word) + "[" + std::to_string(reference.index) + "]";
        case Kind::value:
        case Kind::local:
        {
            const auto key = literal_of(reference.name);
            return key ? std::string(reference.word) + "[" + *key + "]" : "";
        }
        case Kind::key:
        case Kind::member:
        case Kind::cached:
        case Kind::unnamed:
            return "";
        }
        return "";
    }

    std::string words_of(const Reference& reference)
    {
        const std::string suffix = suffix_of(reference);
        if (!suffix.empty())
        {
            return suffix;
        }
        switch (reference.kind)
        {
        case Kind::attribute:
            return "." + text_of(reference.name, 30);
        case Kind::value:
        case Kind::local:
            return std::string(reference.word) + "[" +
                   (PyUnicode_Check(reference.name) ? "'" + text_of(reference.name, 30) + "'"
                                                    : "<" + std::string(Py_TYPE(reference.name)->tp_name) + ">") +
                   "]";
        case Kind::key:
            return " (a key)";
        case Kind::member:
            return " (a member)";
        case Kind::cached:
            return " (a cached result)";
        default:
            return " (inside)";
        }
    }
}
