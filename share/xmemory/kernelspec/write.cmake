# Writes a kernelspec: kernel.json with its paths, and the logos beside it. Used by "cmake --install" and by ./tutor.
#   XMEMORY_KERNELSPEC  the folder to write, .../kernels/xmemory
#   XMEMORY_BINARY      the kernel
#   XMEMORY_PYTHON      the Python whose packages the notebooks see; a venv's stays a link, so its path is not resolved
foreach(name XMEMORY_KERNELSPEC XMEMORY_BINARY XMEMORY_PYTHON)
    if(NOT ${name})
        message(FATAL_ERROR "write.cmake needs -D${name}=PATH")
    endif()
endforeach()

configure_file("${CMAKE_CURRENT_LIST_DIR}/kernel.json.in" "${XMEMORY_KERNELSPEC}/kernel.json" @ONLY)
foreach(logo logo-32x32.png logo-64x64.png logo-svg.svg)
    configure_file("${CMAKE_CURRENT_LIST_DIR}/${logo}" "${XMEMORY_KERNELSPEC}/${logo}" COPYONLY)
endforeach()
