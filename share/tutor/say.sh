# How ./tutor speaks: what it is about to do, how long each step took, and what to do when one fails. Sourced by ./tutor.

logs=$root/build/logs

say() { printf '%s\n' "$*"; }
fail() { printf 'tutor: %s\n' "$*" >&2; exit 1; }
usage_error() { printf 'tutor: %s See ./tutor help.\n' "$*" >&2; exit 2; }

# value_of OPTION [VALUE]...  prints an option's value.
value_of() {
  [ $# -ge 2 ] || usage_error "$1 needs a value."
  printf '%s' "$2"
}

# step LOG TITLE COMMAND...  runs COMMAND with its output in build/logs/LOG.log, and one line with its seconds on the screen.
step() {
  local log=$logs/$1.log title=$2 started=$SECONDS clock=
  shift 2
  mkdir -p "$logs"
  printf '%s ...' "$title"
  if [ -t 1 ]; then
    show_seconds "$title" & clock=$!
  fi
  if "$@" >"$log" 2>&1 </dev/null; then
    stop_clock "$clock"
    say " $((SECONDS - started)) s"
  else
    stop_clock "$clock"
    say " failed after $((SECONDS - started)) s. The end of its log:"
    tail -n 30 "$log" | sed 's/^/    /' >&2
    fail "\"$title\" failed. The whole log is in ${log#"$PWD"/}."
  fi
}

# Redraws the step's line each second; ends by itself when ./tutor does.
show_seconds() {
  local started=$SECONDS
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    printf '\r%s ... %d s' "$1" $((SECONDS - started))
  done
}

stop_clock() {
  [ -n "$1" ] || return 0
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  printf '\r\033[K%s ...' "$title"
}
