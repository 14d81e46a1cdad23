# ./tutor install: the kernel for a Jupyter that is there already. Sourced by ./tutor.

install_kernel() {
  local prefix= target_python= sys_prefix=no is_private=no
  while [ $# -gt 0 ]; do
    case $1 in
      --user) prefix=$HOME/.local ;;
      --prefix) prefix=$(value_of "$@"); shift ;;
      --prefix=*) prefix=${1#*=} ;;
      --sys-prefix) sys_prefix=yes ;;
      --python) target_python=$(value_of "$@"); shift ;;
      --python=*) target_python=${1#*=} ;;
      *) usage_error "install does not know $1." ;;
    esac
    shift
  done
  [ -z "$target_python" ] || target_python=$(absolute_python "$target_python")
  [ "$sys_prefix" = no ] || prefix=$(prefix_of_environment "$target_python")
  prefix=$(realpath -m -- "${prefix:-$HOME/.local}")
  can_write "$prefix" || fail "you may not write to $prefix. Choose another --prefix, or --user."

  set_up
  if [ -n "$target_python" ]; then
    fits_the_kernel "$target_python"
    need_shell_in "$target_python"
    ! is_venv "$target_python" || need_stand_in "$target_python"
  else
    target_python=$python
    is_private=yes
    say "Notebooks will run with the private environment in ${venv_bin%/bin}, so keep it (or name another with --python)."
  fi
  local kernelspec=$prefix/share/jupyter/kernels/xmemory
  step install "Installing into $prefix" cmake --install "$build" --prefix "$prefix"
  write_kernelspec "$kernelspec" "$prefix/bin/xmemory" "$target_python"
  say "Installed: Jupyter shows it as \"Python 3 (memory tutor)\" where it looks into $prefix/share/jupyter."
  local files=("$kernelspec" "$prefix/share/xmemory" "$prefix/bin/xmemory")
  [ "$is_private" = yes ] || mapfile -t -O ${#files[@]} files < <(stand_ins "$target_python")
  say "To remove it: rm -r$(printf ' %q' "${files[@]}")"
}

# A Python's own word for where it is: absolute, a venv's link left a link (its place makes it the venv's), shims seen through.
absolute_python() {
  "$1" -c 'import sys; print(sys.executable)' 2>/dev/null || fail "there is no Python to run at $1."
}

prefix_of_environment() {
  if [ -n "$1" ]; then
    "$1" -c 'import sys; print(sys.prefix)'
  elif [ -n "${VIRTUAL_ENV:-${CONDA_PREFIX:-}}" ]; then
    echo "${VIRTUAL_ENV:-$CONDA_PREFIX}"
  else
    fail "--sys-prefix means the environment of --python or the active one; none was named and none is active."
  fi
}

can_write() {
  local folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  [ -w "$folder" ]
}

is_venv() {
  "$1" -c 'import sys; sys.exit(sys.prefix == sys.base_prefix)'
}

# The kernel holds one libpython; packages of another minor version would not load into it.
fits_the_kernel() {
  local minor='import sys; print("%d.%d" % sys.version_info[:2] + ("t" if "t" in sys.abiflags else ""))' ours theirs
  ours=$("$base_python" -c "$minor")
  theirs=$("$1" -c "$minor")
  [ "$ours" = "$theirs" ] || fail "the kernel is built with Python $ours, and $1 is Python $theirs: it needs a Python $ours."
}

# Of the other versions it is not known that they fit the kernel.
has_shell='
import debugpy, IPython, xeus_python_shell
from importlib.metadata import version
assert version("xeus-python-shell").startswith(("0.5.", "0.6."))
'

need_shell_in() {
  ! "$1" -c "$has_shell" 2>/dev/null || return 0
  local packages=('xeus-python-shell[ipython]>=0.5,<0.6' debugpy)
  if is_venv "$1"; then
    step pip-shell "Installing into ${1%/bin/*} what the kernel needs there: ${packages[*]}" \
      "$1" -m pip install --disable-pip-version-check "${packages[@]}"
  else
    fail "$1 lacks what the kernel needs there, and it is not a venv, so nothing is installed into it. Install it yourself:
  $1 -m pip install '${packages[0]}' ${packages[1]}"
  fi
}
