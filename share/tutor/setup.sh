# What every command needs before it starts: packages, a private Python environment, the kernel, its kernelspec. Sourced by
# ./tutor. Each part looks first and does nothing, silently and offline, when it is there already.

# Where the libraries come from: Debian's packages, or an active conda environment made from environment.yml.
if [ -n "${CONDA_PREFIX:-}" ] && [ -d "$CONDA_PREFIX/include/xeus-python" ]; then
  source_of_libraries=conda
  preset=conda
  base_python=$CONDA_PREFIX/bin/python
  venv_bin=$CONDA_PREFIX/bin
else
  source_of_libraries=debian
  preset=release
  base_python=/usr/bin/python3 # the one that Debian's libpython belongs to; "python3" on the PATH may be another
  venv_bin=$root/build/venv/bin
fi
python=$venv_bin/python
build=$root/build/$preset
kernelspecs=$root/build/jupyter

set_up() {
  need_packages packages.txt
  one_at_a_time
  need_environment requirements.txt
  need_stand_in "$python"
  need_kernel xmemory
  need_kernelspec
  keep_jupyter_below_build
}

# set_up_tests WITH_BROWSER(yes|no)
set_up_tests() {
  local packages=(packages.txt packages-test.txt)
  [ "$1" = no ] || packages+=(packages-browser.txt)
  need_packages "${packages[@]}"
  one_at_a_time
  need_environment requirements.txt requirements-test.txt
  need_stand_in "$python"
  need_kernel all -DXMEMORY_TESTS=ON
  need_kernelspec
  keep_jupyter_below_build
}

# The preset "benchmarks" has a folder of its own, with the kernels that are compared.
set_up_bench() {
  need_packages packages.txt packages-test.txt packages-bench.txt
  [ "$source_of_libraries" = conda ] || { preset=benchmarks; build=$root/build/benchmarks; }
  one_at_a_time
  need_environment requirements.txt
  need_kernel all -DXMEMORY_BENCHMARKS=ON
  exec 9>&- # what one_at_a_time held
  keep_jupyter_below_build
}

# Two ./tutor at once would build into the same folder; the lock is let go when the setting up is done.
one_at_a_time() {
  mkdir -p "$root/build"
  exec 9>"$root/build/.lock"
  flock --nonblock 9 || { say "Waiting for another ./tutor to finish building."; flock 9; }
}

# ---- Debian packages

# need_packages LIST...  installs what is missing of the named lists in share/tutor.
need_packages() {
  [ "$source_of_libraries" = debian ] || return 0
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || use_conda_instead
  local missing
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  is_debian_12 || use_conda_instead
  say "Installing with apt what building and running the kernel needs: $missing"
  local as_root
  as_root=$(root_prefix "$missing")
  step apt-update "Asking apt what there is" $as_root apt-get update
  step apt-install "Installing $(wc -w <<<"$missing") packages" \
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing
}

missing_packages() {
  local wanted
  wanted=$(cd "$root/share/tutor" && sed '/^#/d' "$@")
  comm -23 <(sort <<<"$wanted") <(installed_packages $wanted | sort) | xargs
}

installed_packages() {
  dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p'
}

is_debian_12() {
  (. /etc/os-release && [ "${DEBIAN_CODENAME:-${VERSION_CODENAME:-}}" = bookworm ]) 2>/dev/null
}

# Prints what makes a command run as root: nothing, or sudo (which may ask for a password on the terminal).
root_prefix() {
  [ "$(id -u)" -ne 0 ] || return 0
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
    echo sudo
  else
    fail "installing packages needs root, and sudo does not let you. Ask someone who may to run:
  apt-get update && apt-get install --no-install-recommends $1"
  fi
}

use_conda_instead() {
  cat >&2 <<'END'
tutor: the kernel's libraries come as packages on Debian 12 only. Here they come from conda-forge:
  conda env create -f environment.yml      (or mamba, or micromamba)
  conda activate xeus-memory
and then the same ./tutor command again; it uses the active environment.
END
  exit 1
}

# ---- The private environment

# need_environment LIST...  A list's stamp holds the hash of what was installed from it.
need_environment() {
  [ "$source_of_libraries" = debian ] || return 0
  local venv=$root/build/venv list stamp maker
  maker="$root $("$base_python" -V)" # a venv survives neither a move nor another Python
  if [ "$(cat "$venv/.maker" 2>/dev/null)" != "$maker" ]; then
    rm -rf "$venv"
    step venv "Making a private Python environment in build/venv" "$base_python" -m venv "$venv"
    printf '%s' "$maker" >"$venv/.maker"
  fi
  for list in "$@"; do
    stamp=$(sha256sum <"$root/share/tutor/$list")
    [ "$(cat "$venv/.$list" 2>/dev/null)" != "$stamp" ] || continue
    step "pip-${list%.txt}" "Installing $(sed '/^#/d; s/[=[].*//' "$root/share/tutor/$list" | xargs) there" \
      "$python" -m pip install --disable-pip-version-check -r "$root/share/tutor/$list"
    printf '%s' "$stamp" >"$venv/.$list"
  done
}

# need_stand_in PYTHON  Under other kernels of that environment, the lessons' magics then say which kernel they need.
need_stand_in() {
  local from=$root/share/python module config
  { read -r module; read -r config; } < <(stand_in_places "$1")
  put_file "$from/xmemory.py" "$module"
  if [ ! -e "$config" ] || [ "$(head -n 1 "$config")" = "$(head -n 1 "$from/ipython_config.py")" ]; then
    put_file "$from/ipython_config.py" "$config"
  elif ! grep -q xmemory "$config"; then
    say "$config is left as it is. For other kernels to say what a lesson needs, add there: $(tail -n 1 "$from/ipython_config.py")"
  fi
}

stand_in_places() {
  "$1" -c 'import sys, sysconfig; print(sysconfig.get_path("purelib") + "/xmemory.py", sys.prefix + "/etc/ipython/ipython_config.py", sep="\n")'
}

# stand_ins PYTHON  Those that need_stand_in put there, one a line: a configuration of somebody else is not ours.
stand_ins() {
  local place
  while read -r place; do
    ! cmp -s "$root/share/python/${place##*/}" "$place" || echo "$place"
  done < <(stand_in_places "$1")
}

# put_file FROM TO  where that is not there already.
put_file() {
  cmp -s "$1" "$2" || { mkdir -p "$(dirname "$2")" && cp "$1" "$2"; }
}

# ---- The kernel

# need_kernel TARGET [CMAKE_OPTION]  configures where that was not done (in this folder, with this option), and builds.
need_kernel() {
  local target=$1 option=${2:-}
  is_configured "$option" ||
    step configure "Configuring the build" cmake --fresh -S "$root" --preset "$preset" -DPython_EXECUTABLE="$base_python" $option
  ! ninja -C "$build" -n "$target" 2>/dev/null | grep -q 'no work to do' || return 0
  step build "Building the kernel" cmake --build "$build" --target "$target" --parallel "$(jobs)"
}

is_configured() {
  local cache=$build/CMakeCache.txt
  [ -e "$build/build.ninja" ] && grep -qx "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache" || return 1
  [ -z "$1" ] || grep -qx "${1#-D}" <(sed 's/:[A-Z]*=/=/' "$cache")
}

# One compiler a processor, but no more than there is a gigabyte of memory for each.
jobs() {
  local processors gigabytes
  processors=$(nproc)
  gigabytes=$(awk '/^MemAvailable/ { print int($2 / 1000000) }' /proc/meminfo)
  [ "$gigabytes" -gt 0 ] || gigabytes=1
  echo $((processors < gigabytes ? processors : gigabytes))
}

need_kernelspec() {
  write_kernelspec "$kernelspecs/kernels/xmemory" "$build/xmemory" "$python"
  exec 9>&- # what one_at_a_time held
}

# write_kernelspec FOLDER BINARY PYTHON
write_kernelspec() {
  cmake -DXMEMORY_KERNELSPEC="$1" -DXMEMORY_BINARY="$2" -DXMEMORY_PYTHON="$3" \
    -P "$root/share/xmemory/kernelspec/write.cmake" >/dev/null
}

# Settings, history and caches of what ./tutor starts stay in this folder, and those in the user's home have no say in it.
keep_jupyter_below_build() {
  export JUPYTER_PATH=$kernelspecs
  export JUPYTER_CONFIG_PATH=$root/share/tutor/lab
  export JUPYTER_CONFIG_DIR=$root/build/home/config
  export JUPYTER_DATA_DIR=$root/build/home/data
  export JUPYTER_RUNTIME_DIR=$root/build/home/runtime
  export IPYTHONDIR=$root/build/home/ipython
  export MPLCONFIGDIR=$root/build/home/matplotlib
  mkdir -p "$IPYTHONDIR" "$MPLCONFIGDIR"
}
