#include "jupyter/signed_messages.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include <xeus/xauthentication.hpp>
#include <xeus/xmessage.hpp>
#include <xeus/xzmq_serializer.hpp>

namespace xmemory::jupyter
{
    namespace
    {
        constexpr int deepest = 200;

        // In a time that does not tell how much of it is right. xeus's own comparison reads past the end of a shorter signature, and
        // takes whatever follows the right one. Without a key the right one is empty, and any will do.
        bool is_signature(std::string_view given, std::string_view right)
        {
            if (right.empty())
            {
                return true;
            }
            unsigned different = given.size() != right.size();
            for (std::size_t at = 0; at < std::min(given.size(), right.size()); ++at)
            {
                different |= static_cast<unsigned char>(given[at] ^ right[at]);
            }
            return different == 0;
        }

        bool is_delimiter(const zmq::message_t& part) { return part.to_string_view() == "<IDS|MSG>"; }

        xeus::xraw_buffer raw(const zmq::message_t& part)
        {
            return {static_cast<const unsigned char*>(part.data()), part.size()};
        }

        nlohmann::json object_of(const zmq::message_t& part, const char* name)
        {
            const auto* text = static_cast<const char*>(part.data());
            if (is_too_deep(text, part.size()))
            {
                throw std::runtime_error(std::string("a message was left out: its ") + name + " is nested too deep.");
            }
            nlohmann::json json = nlohmann::json::parse(text, text + part.size(), nullptr, false);
            if (json.is_null())
            {
                return nlohmann::json::object();
            }
            if (!json.is_object())
            {
                throw std::runtime_error(std::string("a message was left out: its ") + name + " is no JSON object.");
            }
            return json;
        }
    }

    bool is_too_deep(const char* json, std::size_t bytes)
    {
        bool in_text = false;
        int depth = 0;
        for (std::size_t at = 0; at < bytes; ++at)
        {
            const char character = json[at];
            if (in_text)
            {
                at += character == '\\';
                in_text = character != '"';
                continue;
            }
            in_text = character == '"';
            depth += (character == '[' || character == '{') - (character == ']' || character == '}');
            if (depth > deepest)
            {
                return true;
            }
        }
        return false;
    }
}

namespace xeus
{
    __attribute__((visibility("default"))) xmessage xzmq_serializer::deserialize(zmq::multipart_t& wire, const xauthentication& authentication)
    {
        namespace ours = xmemory::jupyter;
        xmessage::guid_list identities;
        while (!wire.empty() && !ours::is_delimiter(wire.front()))
        {
            const zmq::message_t identity = wire.pop();
            identities.push_back(identity.to_string());
        }
        if (wire.size() < 6) // the delimiter too
        {
            throw std::runtime_error("a message was left out: it has too few parts.");
        }
        wire.pop();
        const std::array<zmq::message_t, 5> parts = {wire.pop(), wire.pop(), wire.pop(), wire.pop(), wire.pop()};
        if (!ours::is_signature(parts[0].to_string_view(), authentication.sign(ours::raw(parts[1]), ours::raw(parts[2]),
                                                                               ours::raw(parts[3]), ours::raw(parts[4]))))
        {
            throw std::runtime_error("a message was left out: its signature is not by this kernel's key.");
        }
        nlohmann::json header = ours::object_of(parts[1], "header");
        for (const char* name : {"msg_type", "msg_id", "session"})
        {
            if (!header.contains(name) || !header[name].is_string())
            {
                throw std::runtime_error(std::string("a message was left out: the ") + name + " in its header is no text.");
            }
        }
        buffer_sequence buffers;
        while (!wire.empty())
        {
            const zmq::message_t buffer = wire.pop();
            const auto* bytes = static_cast<const char*>(buffer.data());
            buffers.emplace_back(bytes, bytes + buffer.size());
        }
        return {identities, std::move(header), ours::object_of(parts[2], "parent header"), ours::object_of(parts[3], "metadata"),
                ours::object_of(parts[4], "content"), std::move(buffers)};
    }
}
