#include "cpython/tracked.hpp"

namespace xmemory::cpython
{
    std::size_t bytes_before(PyTypeObject* type)
    {
        std::size_t before = PyType_IS_GC(type) ? sizeof(CollectorHead) : 0;
#if PY_VERSION_HEX >= 0x030B0000
        before += PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT) ? 2 * sizeof(PyObject*) : 0;
#endif
        return before;
    }

    void* start_of(PyObject* object) { return reinterpret_cast<char*>(object) - bytes_before(Py_TYPE(object)); }
}
