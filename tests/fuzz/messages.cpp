// A message off the wire: parts of any bytes, signed and unsigned; then the fields of its content.
#include <stdexcept>

#include <xeus/xauthentication.hpp>
#include <xeus/xmessage.hpp>
#include <xeus/xzmq_serializer.hpp>

#include "given_bytes.hpp"
#include "jupyter/request_fields.hpp"
#include "jupyter/signed_messages.hpp"

using xmemory::fuzz::GivenBytes;

namespace
{
    zmq::message_t part(const std::string& text) { return zmq::message_t(text.data(), text.size()); }

    xeus::xraw_buffer raw(const std::string& text)
    {
        return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
    }

    void read(zmq::multipart_t& wire, const xeus::xauthentication& authentication)
    {
        try
        {
            const xeus::xmessage message = xeus::xzmq_serializer::deserialize(wire, authentication);
            HOLDS(message.header().at("msg_type").is_string() && message.content().is_object());
            const std::string type = message.header()["msg_type"];
            const auto checked = xmemory::jupyter::check_content(type, message.content());
            HOLDS(checked.content.is_object());
            xmemory::jupyter::belongs_on_control(type);
            if (checked.wrong.empty() && type == "execute_request")
            {
                checked.content.value("code", "");
                checked.content.value("silent", false);
                checked.content.value("store_history", true);
                checked.content.value("execution_count", 1);
                checked.content.value("stop_on_error", false);
            }
            checked.content.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        }
        catch (const std::exception& error)
        {
            HOLDS(*error.what() != '\0');
        }
    }

    zmq::multipart_t any_parts(const std::string& text)
    {
        zmq::multipart_t wire;
        for (std::size_t begin = 0; begin <= text.size();)
        {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            const std::string one = text.substr(begin, end - begin);
            wire.add(part(one == "*" ? "<IDS|MSG>" : one));
            begin = end + 1;
        }
        return wire;
    }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto with_key = xeus::make_xauthentication("hmac-sha256", "a key");
    static const auto without = xeus::make_xauthentication("none", "");
    const std::string text(reinterpret_cast<const char*>(data), size);
    zmq::multipart_t wire = any_parts(text);
    read(wire, *with_key);
    wire = any_parts(text);
    read(wire, *without);

    // As signed by the front end: the first byte chooses the type, the rest is content.
    static const char* types[] = {"execute_request", "complete_request", "inspect_request", "history_request", "comm_open",
                                  "debug_request",   "shutdown_request", "input_reply",     "is_complete_request", "other"};
    GivenBytes bytes(data, size);
    const std::string header = std::string("{\"msg_type\":\"") + types[bytes.below(10)] + "\",\"msg_id\":\"1\",\"session\":\"2\"}";
    const std::string none = "{}", content = bytes.rest();
    const std::string signature = with_key->sign(raw(header), raw(none), raw(none), raw(content));
    zmq::multipart_t whole;
    for (const std::string& one : {std::string("<IDS|MSG>"), signature, header, none, none, content})
    {
        whole.add(part(one));
    }
    read(whole, *with_key);
    return 0;
}
