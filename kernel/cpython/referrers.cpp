#include "cpython/referrers.hpp"

#include <algorithm>
#include <unordered_set>

#include "cpython/object_text.hpp"
#include "cpython/references.hpp"
#include "cpython/referents.hpp"
#include "cpython/thread_frames.h"
#include "cpython/tracked.hpp"
#include "cpython/type_table.hpp"

namespace xmemory::cpython
{
    namespace
    {
        constexpr std::size_t longest_name = 60;

        class Search
        {
        public:
            explicit Search(const std::vector<PyObject*>& targets) : targets_(targets.begin(), targets.end())
            {
                for (PyObject* target : targets)
                {
                    filter_[place_in_filter(target)] = true;
                }
            }

            std::vector<Referrer> find()
            {
                for (int generation = 0; generation <= xmemory_gc_permanent; ++generation)
                {
                    for_each_tracked(generation, [&](PyObject* object) { look_into(object); });
                }
                name_holders();
                xmemory_visit_frames(visit_frame, this);
                return std::move(found_);
            }

        private:
            static std::size_t place_in_filter(const void* object) { return (reinterpret_cast<std::uintptr_t>(object) >> 4) % 1024; }

            bool is_target(PyObject* object) const
            {
                return filter_[place_in_filter(object)] && targets_.count(object) != 0;
            }

            void look_into(PyObject* object)
            {
                holder_ = object;
                visit_referents(object, types_.facts_of(Py_TYPE(object)).layout, visit, this);
                while (!untracked_.empty())
                {
                    holder_ = untracked_.back();
                    untracked_.pop_back();
                    visit_referents(holder_, types_.facts_of(Py_TYPE(holder_)).layout, visit, this);
                }
            }

            static int visit(PyObject* referent, void* search)
            {
                static_cast<Search*>(search)->visit(referent);
                return 0;
            }

            void visit(PyObject* referent)
            {
                if (is_target(referent) && (holders_.empty() || holders_.back() != holder_))
                {
                    holders_.push_back(holder_);
                }
                if (holds_untracked(referent) && seen_.insert(referent).second)
                {
                    untracked_.push_back(referent);
                }
            }

            // What holds others and is on none of the collector's lists.
            bool holds_untracked(PyObject* object)
            {
                if (PyDict_CheckExact(object) || PyTuple_CheckExact(object))
                {
                    return Py_SIZE(object) != 0 && (reinterpret_cast<CollectorHead*>(object) - 1)->next == 0;
                }
                return !PyType_IS_GC(Py_TYPE(object)) && types_.facts_of(Py_TYPE(object)).layout == Layout::numpy_array;
            }

            void name_holders()
            {
                std::sort(holders_.begin(), holders_.end());
                holders_.erase(std::unique(holders_.begin(), holders_.end()), holders_.end());
                for (PyObject* holder : holders_)
                {
                    visit_named_references(holder,
                                           [&](const Reference& reference)
                                           {
                                               if (is_target(reference.target))
                                               {
                                                   found_.push_back({reference.target, holder, words_of_reference(holder, reference)});
                                               }
                                               return true;
                                           });
                }
            }

            static std::string words_of_reference(PyObject* holder, const Reference& reference)
            {
                if (reference.kind != Reference::Kind::local)
                {
                    return words_of(reference);
                }
                const PyCodeObject* code = code_of(holder);
                return text_of(reference.name, longest_name) + " in " +
                       (code != nullptr ? text_of(code->co_name, longest_name) : std::string("a frame")) + "()";
            }

            static const PyCodeObject* code_of(PyObject* holder)
            {
                if (PyFrame_Check(holder))
                {
                    PyCodeObject* code = PyFrame_GetCode(reinterpret_cast<PyFrameObject*>(holder));
                    Py_DECREF(code); // the frame has one too
                    return code;
                }
                return PyGen_CheckExact(holder) || PyCoro_CheckExact(holder) || PyAsyncGen_CheckExact(holder)
                           ? reinterpret_cast<PyGenObject*>(holder)->gi_code
                           : nullptr;
            }

            static int visit_frame(const xmemory_frame_reference* reference, void* search)
            {
                auto* self = static_cast<Search*>(search);
                if (self->is_target(reference->object))
                {
                    const std::string function = reference->code != nullptr ? text_of(reference->code->co_name, longest_name) : "";
                    self->found_.push_back({reference->object, nullptr,
                                            reference->name != nullptr
                                                ? text_of(reference->name, longest_name) + " in " + function + "()"
                                            : reference->code != nullptr ? "what " + function + "() is working with"
                                                                         : std::string("an exception that is being handled")});
                }
                return 0;
            }

            std::unordered_set<PyObject*> targets_;
            std::vector<bool> filter_ = std::vector<bool>(1024);
            std::unordered_set<PyObject*> seen_; // of those that the collector does not track
            std::vector<PyObject*> untracked_;
            std::vector<PyObject*> holders_;
            PyObject* holder_ = nullptr;
            TypeTable types_;
            std::vector<Referrer> found_;
        };
    }

    std::vector<Referrer> find_referrers(const std::vector<PyObject*>& targets) { return Search(targets).find(); }
}
