# Written by ./tutor of xeus-memory: lets other kernels than its own say what a lesson needs. Without this line it is left alone.
c = get_config()
c.InteractiveShellApp.extensions.append("xmemory")
