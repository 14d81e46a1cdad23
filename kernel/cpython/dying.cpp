#include "cpython/dying.hpp"

#include <unordered_map>

#include "cpython/block.hpp"
#include "cpython/dict_layout.hpp"
#include "cpython/owned_blocks.hpp"
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

        void add_block(void* block, void* bytes) { *static_cast<std::int64_t*>(bytes) += asked_bytes(block); }

        class Closure
        {
        public:
            explicit Closure(Unreachable& unreachable) : unreachable_(unreachable) {}

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

            // One reference less; the last one takes it along.
            void let_go(PyObject* object)
            {
                std::uint32_t number = unreachable_.numbers.find(object);
                if (number != 0 && number <= unreachable_.looked_at)
                {
                    return; // unreachable itself, or reachable from elsewhere
                }
                if (number == 0)
                {
                    gone_.push_back(0);
                    number = unreachable_.looked_at + static_cast<std::uint32_t>(gone_.size());
                    unreachable_.numbers.put(object, number);
                }
                if (++gone_[number - unreachable_.looked_at - 1] == Py_REFCNT(object))
                {
                    dying_.with_them.push_back({object, 0});
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
                else if (DictKeys* keys =
                             PyType_Check(object) ? keys_of_class(reinterpret_cast<PyTypeObject*>(object)) : nullptr)
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
            std::vector<Py_ssize_t> gone_; // references let go of, by number after those of the tracked objects
            std::unordered_map<const DictKeys*, Py_ssize_t> keys_gone_;
        };
    }

    std::int64_t bytes_of(PyObject* object)
    {
        if (PyType_Check(object) && !PyType_HasFeature(reinterpret_cast<PyTypeObject*>(object), Py_TPFLAGS_HEAPTYPE))
        {
            return 0;
        }
        std::int64_t bytes = asked_bytes(start_of(object));
        visit_owned_blocks(object, add_block, &bytes);
        return bytes;
    }

    Dying find_dying(Unreachable& unreachable) { return Closure(unreachable).find(); }
}
