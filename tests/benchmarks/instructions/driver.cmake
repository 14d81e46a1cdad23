# add_allocation_driver(NAME ACCOUNTING(ON|OFF) SOURCE...)  A program that calls Python's allocators and malloc, linked as the
# kernel is: with the kernel's hooks, or without them.
function(add_allocation_driver name accounting)
    add_executable(${name} ${ARGN})
    target_compile_options(${name} PRIVATE -fno-builtin -fno-allocation-dce)
    target_include_directories(${name} PRIVATE ${Python_INCLUDE_DIRS})
    set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)
    if(accounting)
        target_link_libraries(${name} PRIVATE xmemory::cpython xmemory::malloc_hooks)
        # Nothing in this program refers to gc_entries.c and object_watch.cpp, and all of Python does.
        target_link_options(${name} PRIVATE -Wl,--undefined=__wrap_PyGC_Collect,--undefined=__wrap_PyObject_GC_UnTrack)
    else()
        target_compile_definitions(${name} PRIVATE XMEMORY_WITHOUT_ACCOUNTING)
    endif()
    target_link_libraries(${name} PRIVATE xmemory::python)
endfunction()
