#include "magics/life_holders.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include "cpython/object_text.hpp"
#include "cpython/referrers.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t longest_name = 60;
        constexpr int most_steps = 3; // from an object to a holder that a variable leads to

        class Naming
        {
        public:
            Naming(PyObject* names, PyObject* constants) : names_(names), constants_(constants) {}

            // Looks up who holds the holders that have no name of their own, some steps further.
            void follow(const std::vector<cpython::Referrer>& referrers)
            {
                std::vector<PyObject*> unnamed = without_name(referrers);
                for (int step = 1; step < most_steps && !unnamed.empty(); ++step)
                {
                    const std::vector<cpython::Referrer> further = cpython::find_referrers(unnamed);
                    for (const cpython::Referrer& one : further)
                    {
                        held_by_[one.target].push_back(one);
                    }
                    unnamed = without_name(further);
                }
            }

            std::string words(const cpython::Referrer& referrer, int step = 0) const
            {
                if (referrer.holder == nullptr)
                {
                    return referrer.words;
                }
                if (referrer.holder == constants_)
                {
                    return "a constant of the line’s own code";
                }
                if (is_node_of_source(referrer.holder))
                {
                    return "the cell’s source while it runs";
                }
                if (is_frame(referrer.holder))
                {
                    return referrer.words + (is_kept_by_a_traceback(referrer.holder) ? ", kept by a traceback" : "");
                }
                if (const std::string variable = variable_of(referrer.holder); !variable.empty())
                {
                    return variable + referrer.words;
                }
                const auto found = held_by_.find(referrer.holder);
                if (found != held_by_.end() && step < most_steps)
                {
                    const auto& all = found->second;
                    const auto by_name = std::find_if(all.begin(), all.end(), [&](const cpython::Referrer& one)
                                                      { return leads_from_a_variable(one, step + 1); });
                    if (by_name != all.end())
                    {
                        return joined(words(*by_name, step + 1), referrer.words);
                    }
                }
                return referrer.words + " of a " + Py_TYPE(referrer.holder)->tp_name;
            }

        private:
            static bool is_frame(PyObject* holder)
            {
                return PyFrame_Check(holder) || PyGen_CheckExact(holder) || PyCoro_CheckExact(holder) || PyAsyncGen_CheckExact(holder);
            }

            // A constant in the tree that a cell is compiled from (ast.Constant).
            static bool is_node_of_source(PyObject* holder)
            {
                const PyTypeObject* base = Py_TYPE(holder)->tp_base;
                return base != nullptr && std::strcmp(Py_TYPE(holder)->tp_name, "Constant") == 0 &&
                       std::strcmp(base->tp_name, "expr") == 0;
            }

            // node.__dict__['child'] is node.child.
            static std::string joined(const std::string& holder, const std::string& suffix)
            {
                const std::string dict = ".__dict__";
                const bool is_attribute = holder.size() > dict.size() && suffix.size() > 4 && suffix.compare(0, 2, "['") == 0 &&
                                          holder.compare(holder.size() - dict.size(), dict.size(), dict) == 0;
                const std::string name = is_attribute ? suffix.substr(2, suffix.size() - 4) : "";
                return cpython::is_identifier(name) ? holder.substr(0, holder.size() - dict.size()) + "." + name : holder + suffix;
            }

            std::vector<PyObject*> without_name(const std::vector<cpython::Referrer>& referrers) const
            {
                std::vector<PyObject*> unnamed;
                for (const cpython::Referrer& one : referrers)
                {
                    PyObject* holder = one.holder;
                    const bool has_name = holder == nullptr || holder == names_ || holder == constants_ || PyModule_Check(holder) ||
                                          (!is_frame(holder) && !variable_of(holder).empty());
                    if (!has_name && std::find(unnamed.begin(), unnamed.end(), holder) == unnamed.end() && held_by_.count(holder) == 0)
                    {
                        unnamed.push_back(holder);
                    }
                }
                return unnamed;
            }

            bool leads_from_a_variable(const cpython::Referrer& referrer, int step) const
            {
                if (referrer.holder == nullptr || is_frame(referrer.holder) || referrer.holder == names_)
                {
                    return false;
                }
                if (!variable_of(referrer.holder).empty())
                {
                    return true;
                }
                const auto found = held_by_.find(referrer.holder);
                return found != held_by_.end() && step < most_steps &&
                       std::any_of(found->second.begin(), found->second.end(), [&](const cpython::Referrer& one)
                                   { return leads_from_a_variable(one, step + 1); });
            }

            bool is_kept_by_a_traceback(PyObject* frame) const
            {
                const auto found = held_by_.find(frame);
                return found != held_by_.end() &&
                       std::any_of(found->second.begin(), found->second.end(), [](const cpython::Referrer& one)
                                   { return one.holder != nullptr && PyTraceBack_Check(one.holder); });
            }

            // The notebook's variable that is bound to it; one that does not begin with an underscore first.
            std::string variable_of(PyObject* object) const
            {
                std::string hidden;
                PyObject *key = nullptr, *value = nullptr;
                for (Py_ssize_t at = 0; PyDict_Next(names_, &at, &key, &value);)
                {
                    if (value == object && PyUnicode_Check(key))
                    {
                        const std::string name = cpython::text_of(key, longest_name);
                        if (name[0] != '_')
                        {
                            return name;
                        }
                        hidden = hidden.empty() ? name : hidden;
                    }
                }
                return hidden;
            }

            PyObject* names_;
            PyObject* constants_;
            std::map<PyObject*, std::vector<cpython::Referrer>> held_by_;
        };
    }

    std::vector<std::vector<Holder>> find_holders(const std::vector<PyObject*>& objects, PyObject* names, PyObject* constants)
    {
        const std::vector<cpython::Referrer> referrers = cpython::find_referrers(objects);
        Naming naming(names, constants);
        naming.follow(referrers);
        std::vector<std::vector<Holder>> all(objects.size());
        for (const cpython::Referrer& referrer : referrers)
        {
            if (referrer.holder != names)
            {
                const auto at = std::find(objects.begin(), objects.end(), referrer.target) - objects.begin();
                all[static_cast<std::size_t>(at)].push_back({referrer.holder, referrer.words, naming.words(referrer)});
            }
        }
        return all;
    }
}
