#include "cpython/type_table.hpp"

#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    TypeFacts facts_about(PyTypeObject* type)
    {
        TypeFacts facts;
        facts.type = type;
        facts.layout = layout_of(type);
        facts.has_traverse = type->tp_traverse != nullptr && PyType_IS_GC(type);
        facts.asks_objects = type->tp_is_gc != nullptr;
        facts.has_inline_values = PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT) != 0;
        facts.is_of_classes = PyType_FastSubclass(type, Py_TPFLAGS_TYPE_SUBCLASS) != 0;
        facts.is_of_modules = PyType_IsSubtype(type, &PyModule_Type) != 0;
        facts.bytes_before = static_cast<std::uint8_t>(bytes_before(type));
        return facts;
    }

    std::uint32_t TypeTable::add(PyTypeObject* type)
    {
        if ((facts_.size() + 1) * 2 > slots_.size())
        {
            std::vector<Slot> larger(slots_.size() * 2);
            for (const Slot& slot : slots_)
            {
                std::size_t place = hash(slot.type) & (larger.size() - 1);
                while (slot.type != nullptr && larger[place].type != nullptr)
                {
                    place = (place + 1) & (larger.size() - 1);
                }
                if (slot.type != nullptr)
                {
                    larger[place] = slot;
                }
            }
            slots_.swap(larger);
        }
        std::size_t place = hash(type) & (slots_.size() - 1);
        while (slots_[place].type != nullptr)
        {
            place = (place + 1) & (slots_.size() - 1);
        }
        slots_[place] = {type, static_cast<std::uint32_t>(facts_.size())};
        facts_.push_back(facts_about(type));
        return slots_[place].number;
    }
}
