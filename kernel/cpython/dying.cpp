#include "cpython/dying.hpp"

#include <unordered_map>

#include "cpython/block.hpp"
#include "cpython/dict_layout.hpp"
#include "cpython/heap_graph.hpp"
#include "cpython/referents.hpp"
#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    namespace
    {
        std::int64_t asked_bytes(void* block)
        {
            const auto read = read_block(block);
            return read ? static_cast<std::int64_t>(read->asked_bytes) : 0;
        }

        class Closure
        {
        public:
            explicit Closure(Unreachable& unreachable) : unreachable_(unreachable), gone_(unreachable.place_of.size()) {}

            Dying find()
            {
                for (PyObject* object : unreachable_.objects)
                {
                    dying_.unreachable.push_back({object, bytes_of(object)});
                    let_go_of_what_it_holds(object);
                }
                for (std::size_t next = 0; next < dying_.with_them.size(); ++next) // grows meanwhile
                {
                    DyingObject one = dying_.with_them[next];
                    one.bytes = bytes_of(one.object);
                    dying_.with_them[next] = one;
                    let_go_of_what_it_holds(one.object);
                }
                return std::move(dying_);
            }

        private:
            static int let_go(PyObject* target, void* closure)
            {
                static_cast<Closure*>(closure)->let_go(target);
                return 0;
            }

            // One reference less; the last one takes it along. What the collector takes for reachable may go too: not all that
            // a class holds is told by its tp_traverse.
            void let_go(PyObject* object)
            {
                std::uint32_t number = unreachable_.numbers.find(object);
                if (number != 0 && number < unreachable_.place_of.size() && unreachable_.place_of[number] != 0)
                {
                    return; // unreachable itself
                }
                if (number == 0)
                {
                    number = static_cast<std::uint32_t>(gone_.size());
                    gone_.push_back(0);
                    unreachable_.numbers.put(object, number);
                }
                if (++gone_[number] == Py_REFCNT(object))
                {
                    dying_.with_them.push_back({object, 0});
                }
            }

            // Each base has a weak reference to the class, by its address.
            void let_go_of_entries_in_bases(const PyTypeObject* type)
            {
                for (Py_ssize_t base = 0; type->tp_bases && base < PyTuple_GET_SIZE(type->tp_bases); ++base)
                {
                    auto* of_base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(type->tp_bases, base))->tp_subclasses;
                    PyObject *key = nullptr, *reference = nullptr;
                    for (Py_ssize_t at = 0; of_base && PyDict_Next(of_base, &at, &key, &reference);)
                    {
                        if (PyWeakref_GET_OBJECT(reference) == reinterpret_cast<const PyObject*>(type))
                        {
                            let_go(key);
                            let_go(reference);
                            break;
                        }
                    }
                }
            }

            void let_go_of_what_it_holds(PyObject* object)
            {
                visit_referents(object, let_go, this);
                if (PyDict_Check(object))
                {
                    DictKeys* keys = keys_of(reinterpret_cast<PyDictObject*>(object));
                    keys->references == 1 ? let_go_of_names(*keys) : let_go_of_shared(*keys);
                }
                else if (PyType_Check(object))
                {
                    let_go_of_entries_in_bases(reinterpret_cast<PyTypeObject*>(object));
                }
                if (DictKeys* keys = PyType_Check(object) ? keys_of_class(reinterpret_cast<PyTypeObject*>(object)) : nullptr)
                {
                    let_go_of_shared(*keys);
                }
            }

            // A table that only one dict has is one of that dict's own blocks.
            void let_go_of_shared(DictKeys& keys)
            {
                if (++keys_gone_[&keys] == keys.references)
                {
                    dying_.shared_key_bytes += asked_bytes(&keys);
                    let_go_of_names(keys);
                }
            }

            void let_go_of_names(const DictKeys& keys)
            {
                if (keys.kind != 0) // else tp_traverse has told them
                {
                    keys.for_each_key([this](PyObject* key) { let_go(key); });
                }
            }

            Unreachable& unreachable_;
            Dying dying_;
            std::vector<Py_ssize_t> gone_; // references let go of, by number
            std::unordered_map<const DictKeys*, Py_ssize_t> keys_gone_;
        };
    }

    std::int64_t bytes_of(PyObject* object)
    {
        return sum_of(object_bytes(object, facts_about(Py_TYPE(object))));
    }

    Dying find_dying(Unreachable& unreachable) { return Closure(unreachable).find(); }
}
