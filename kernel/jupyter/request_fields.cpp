#include "jupyter/request_fields.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace xmemory::jupyter
{
    namespace
    {
        using nlohmann::json;

        enum class Kind { text, truth, number, object };

        struct Field
        {
            const char* name;
            Kind kind;
            bool required = false;
        };

        const std::map<std::string, std::vector<Field>>& fields_by_type()
        {
            static const std::map<std::string, std::vector<Field>> table = {
                {"execute_request",
                 {{"code", Kind::text},
                  {"silent", Kind::truth},
                  {"store_history", Kind::truth},
                  {"user_expressions", Kind::object},
                  {"allow_stdin", Kind::truth},
                  {"stop_on_error", Kind::truth},
                  {"execution_count", Kind::number}}},
                {"complete_request", {{"code", Kind::text}, {"cursor_pos", Kind::number}}},
                {"inspect_request", {{"code", Kind::text}, {"cursor_pos", Kind::number}, {"detail_level", Kind::number}}},
                {"is_complete_request", {{"code", Kind::text}}},
                {"history_request",
                 {{"hist_access_type", Kind::text},
                  {"output", Kind::truth},
                  {"raw", Kind::truth},
                  {"unique", Kind::truth},
                  {"session", Kind::number},
                  {"start", Kind::number},
                  {"stop", Kind::number},
                  {"n", Kind::number},
                  {"pattern", Kind::text}}},
                {"comm_info_request", {{"target_name", Kind::text}}},
                {"comm_open", {{"comm_id", Kind::text, true}, {"target_name", Kind::text, true}}},
                {"comm_msg", {{"comm_id", Kind::text, true}}},
                {"comm_close", {{"comm_id", Kind::text, true}}},
                {"debug_request",
                 {{"type", Kind::text}, {"command", Kind::text, true}, {"arguments", Kind::object}, {"seq", Kind::number}}},
                {"shutdown_request", {{"restart", Kind::truth}}},
                {"input_reply", {{"value", Kind::text}}}};
            return table;
        }

        const char* name_of(Kind kind)
        {
            switch (kind)
            {
            case Kind::text:
                return "text";
            case Kind::truth:
                return "true or false";
            case Kind::number:
                return "a whole number";
            case Kind::object:
                break;
            }
            return "an object";
        }

        bool is(Kind kind, const json& value)
        {
            switch (kind)
            {
            case Kind::text:
                return value.is_string();
            case Kind::truth:
                return value.is_boolean();
            case Kind::number:
                return value.is_number_integer();
            case Kind::object:
                break;
            }
            return value.is_object();
        }

        // The core reads them as int.
        void fit(json& number)
        {
            constexpr std::int64_t lowest = std::numeric_limits<int>::min(), highest = std::numeric_limits<int>::max();
            number = number.is_number_unsigned() && number.get<std::uint64_t>() > static_cast<std::uint64_t>(highest)
                         ? highest
                         : std::clamp(number.get<std::int64_t>(), lowest, highest);
        }

        json without_nulls(const json& content)
        {
            json left = json::object();
            for (const auto& [name, value] : content.items())
            {
                if (!value.is_null())
                {
                    left[name] = value;
                }
            }
            return left;
        }
    }

    CheckedContent check_content(const std::string& message_type, json content)
    {
        const auto found = fields_by_type().find(message_type);
        if (found == fields_by_type().end())
        {
            return {content.is_object() ? std::move(content) : json::object(), ""};
        }
        if (!content.is_object())
        {
            return {json::object(), message_type + ": its content has to be an object."};
        }
        CheckedContent checked{without_nulls(content), ""};
        for (const Field& field : found->second)
        {
            const auto value = checked.content.find(field.name);
            const bool is_there = value != checked.content.end();
            if ((!is_there && field.required) || (is_there && !is(field.kind, *value)))
            {
                checked.wrong = message_type + ": \"" + field.name + "\" has to be " + name_of(field.kind) + ".";
                return checked;
            }
            if (is_there && field.kind == Kind::number)
            {
                fit(*value);
            }
        }
        if (message_type == "debug_request")
        {
            checked.content.emplace("type", "request");
            checked.content.emplace("seq", 0);
            checked.content.emplace("arguments", json::object());
        }
        return checked;
    }

    bool belongs_on_control(const std::string& message_type)
    {
        static const std::vector<std::string> types = {"shutdown_request", "interrupt_request", "usage_request",
                                                       "debug_request",    "kernel_info_request"};
        return std::find(types.begin(), types.end(), message_type) != types.end();
    }

    bool belongs_on_shell(const std::string& message_type) { return message_type != "debug_request"; }
}
