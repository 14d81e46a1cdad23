#include "jupyter/comms.hpp"

#include <pybind11_json/pybind11_json.hpp>

#include "core/scope.hpp"
#include "cpython/interrupt_gate.hpp"
#include "jupyter/interrupts.hpp"
#include "jupyter/output.hpp"

namespace py = pybind11;
using namespace pybind11::literals;

namespace xmemory::jupyter
{
    namespace
    {
        xeus::buffer_sequence to_buffers(const py::object& list)
        {
            xeus::buffer_sequence buffers;
            for (const py::handle item : list.is_none() ? py::list() : py::list(list))
            {
                const std::string bytes = py::bytes(py::module_::import("builtins").attr("bytes")(item));
                buffers.emplace_back(bytes.begin(), bytes.end());
            }
            return buffers;
        }

        nlohmann::json to_object(const py::object& value)
        {
            return value.is_none() ? nlohmann::json::object() : nlohmann::json(value);
        }

        py::dict to_python(const xeus::xmessage& message)
        {
            py::list buffers;
            for (const xeus::binary_buffer& buffer : message.buffers())
            {
                buffers.append(py::memoryview(py::bytes(buffer.data(), buffer.size())));
            }
            return py::dict("header"_a = py::object(message.header()),
                            "parent_header"_a = py::object(message.parent_header()),
                            "metadata"_a = py::object(message.metadata()), "content"_a = py::object(message.content()),
                            "buffers"_a = buffers);
        }
    }

    py::object Comms::make_comm_class()
    {
        const py::object base = py::module_::import("comm.base_comm").attr("BaseComm");
        py::dict members;
        members["__doc__"] = "A comm of the kernel: open, send and close reach the front end.";
        const py::object type = py::module_::import("builtins").attr("type")("Comm", py::make_tuple(base), members);
        type.attr("publish_msg") = py::cpp_function(
            [this](const py::object& self, const std::string& message_type, const py::object& data,
                   const py::object& metadata, const py::object& buffers, const py::kwargs& more)
            {
                const core::TutorScope scope;
                nlohmann::json content = to_object(more);
                content["data"] = to_object(data);
                content["comm_id"] = self.attr("comm_id").cast<std::string>();
                output_.flush();
                iopub_.publish_message(message_type, to_object(metadata), std::move(content), to_buffers(buffers));
            },
            py::is_method(type), "msg_type"_a, "data"_a = py::none(), "metadata"_a = py::none(), "buffers"_a = py::none());
        return type;
    }

    // What widgets ask of get_ipython().kernel.
    py::object Comms::make_kernel()
    {
        const py::object type = py::module_::import("builtins").attr("type")("Kernel", py::make_tuple(), py::dict(py::arg("__module__") = "xmemory"));
        const py::cpp_function get_parent([this](const py::args&, const py::kwargs&)
                                          { return py::dict("header"_a = py::object(iopub_.parent())); });
        type.attr("_parent_header") = py::module_::import("builtins").attr("property")(get_parent);
        const py::object kernel = type();
        kernel.attr("get_parent") = get_parent;
        kernel.attr("comm_manager") = manager_;
        return kernel;
    }

    void Comms::install(const py::object& shell)
    {
        const py::object found = py::module_::import("importlib.util").attr("find_spec")("comm");
        if (found.is_none())
        {
            return;
        }
        const py::module_ package = py::module_::import("comm");
        const py::object comm_class = make_comm_class();
        manager_ = py::module_::import("comm.base_comm").attr("CommManager")();
        package.attr("create_comm") = comm_class;
        const py::object manager = manager_;
        package.attr("get_comm_manager") = py::cpp_function([manager] { return manager; });
        shell.attr("kernel") = make_kernel();
        const py::object ipykernel_comm = py::module_::import("sys").attr("modules")["ipykernel.comm"];
        ipykernel_comm.attr("Comm") = comm_class;
    }

    bool Comms::takes(const std::string& message_type) const
    {
        return manager_ && (message_type == "comm_open" || message_type == "comm_msg" || message_type == "comm_close");
    }

    void Comms::receive(const xeus::xmessage& message)
    {
        const InterruptibleCell interruptible;
        const std::string type = message.header().value("msg_type", "");
        try
        {
            const py::dict converted = to_python(message);
            const cpython::InterruptGate gate;
            manager_.attr(type.c_str())(py::none(), py::none(), converted);
        }
        catch (py::error_already_set& error)
        {
            error.restore();
            PyErr_Print();
        }
        output_.flush(true);
    }

    nlohmann::json Comms::info(const std::string& target_name) const
    {
        nlohmann::json comms = nlohmann::json::object();
        for (const auto& [id, comm] : py::dict(manager_.attr("comms")))
        {
            const auto target = comm.attr("target_name").cast<std::string>();
            if (target_name.empty() || target == target_name)
            {
                comms[id.cast<std::string>()] = {{"target_name", target}};
            }
        }
        return {{"status", "ok"}, {"comms", std::move(comms)}};
    }
}
