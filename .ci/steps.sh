# Sourced by .ci/run: steps, one after the other or side by side, and the table of them. $logs, $cache and $caches are there.

names=()                     # of the steps, in the order in which they began
failed=                      # the step that ended everything
found=                       # what `found_caches` said at the start
declare -A began running     # by name, seconds after the start; by process id, the name
declare -A kept              # names of steps whose output nobody has seen yet
TIMEFORMAT='%R %U %S'        # of `time`: seconds by the clock, in programs, in the kernel

title() { printf '\n=== %s (after %d:%02d)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

# step NAME COMMAND...: runs it; what it says is shown as it comes.
step() {
  title "$1"
  begin "$@" > >(tee "$logs/$1.log") 2>&1
  finish "$1"
}

# beside NAME COMMAND...: begins it; what it says is shown when it has ended.
beside() {
  title "$1 begins, beside what follows"
  kept[$1]=yes
  begin "$@" > "$logs/$1.log" 2>&1
}

begin() {
  names+=("$1")
  began[$1]=$SECONDS
  measured "$@" < /dev/null &
  running[$!]=$1
}

measured() {
  local name=$1 code=0
  shift
  { time "$@" 2>&3 || code=$?; } 3>&2 2> "$logs/$name.took"
  return "$code"
}

# finish NAME...: waits for these; whichever step fails first, also of the others, ends everything.
finish() {
  local pid code
  while still_running "$@"; do
    code=0
    wait -n -p pid "${!running[@]}" || code=$?
    ended "${running[$pid]}" "$code" "$pid"
  done
}

still_running() {
  local wanted name
  for wanted in "$@"; do for name in "${running[@]}"; do [ "$name" != "$wanted" ] || return 0; done; done
  return 1
}

ended() {
  unset "running[$3]"
  if [ -n "${kept[$1]:-}" ]; then
    title "$1 has ended"
    if [ "$2" = 0 ]; then tail -n 12 "$logs/$1.log"; else cat "$logs/$1.log"; fi
  else
    sleep 0.2 # tee is a process of its own
  fi
  [ "$2" = 0 ] && return
  failed=$1
  exit 1
}

# The end of what is cut off, and the table.
at_end() {
  local code=$? pid name clock user kernel how
  trap - EXIT INT TERM HUP
  set +e
  for pid in "${!running[@]}"; do
    kill -TERM -- "-$pid"
    title "${running[$pid]} is cut off"
    tail -n 30 "$logs/${running[$pid]}.log"
  done
  printf '\n%-34s %8s %8s %10s\n' 'minutes' begins clock processor
  for name in "${names[@]}"; do
    how=
    [ "$name" != "$failed" ] || how=FAILED
    if ! read -r clock user kernel < "$logs/$name.took"; then
      clock=$((SECONDS - began[$name])) user=0 kernel=0 how='cut off'
    fi
    row "$name" "${began[$name]}" "$clock" "$user" "$kernel" "$how"
  done
  row all 0 "$SECONDS" 0 0 ''
  printf '\ncaches: %s\n' "$found"
  [ -z "$failed" ] || printf '\nFAILED: %s\n' "$failed"
  wait
  exit "$code"
}
trap at_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

row() {
  awk -v name="$1" -v began="$2" -v clock="$3" -v busy="$4 $5" -v how="$6" 'BEGIN {
    split(busy, part, " ")
    printf "%-34s %8.1f %8.1f %10s  %s\n", name, began / 60, clock / 60, part[1] + part[2] ? sprintf("%.1f", (part[1] + part[2]) / 60) : "", how
  }'
}

# Of each cache, whether it is there.
found_caches() {
  local one text=
  for one in "npm=$(npm config get cache)/_cacache" "go=${GOMODCACHE:-${GOPATH:-$HOME/go}/pkg/mod}" \
    "actionlint=$cache/bin/actionlint" "zizmor=$cache/zizmor" "kubernetes=$caches/tools/kubernetes-*" \
    "act=$caches/tools/act-*" "crane=$caches/tools/crane-*" "helm=$caches/tools/lambda-layer-*" \
    "containerd=$caches/tools/debian-*" "jupyterhub=$caches/tools/jupyterhub-*"; do
    if compgen -G "${one#*=}" > /dev/null; then text+="${one%%=*} warm, "; else text+="${one%%=*} empty, "; fi
  done
  echo "${text%, }"
}
