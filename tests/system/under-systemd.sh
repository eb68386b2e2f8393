#!/bin/bash
# Runs a script under a real systemd: PID 1 of a throw-away system over a copy-on-write overlay of this machine.
#
#   under-systemd.sh [-c SOURCE:DESTINATION]... [-o DIR] [-t SECONDS] SCRIPT [ARGUMENT...]
#
#   -c   copies a file or folder into the system first        -t   limit for everything, 300 by default
#   -o   keeps the script's $OUT, the journal and the console here
#
# Exit status: the script's; 124 time-out; 125 no boot. Where it cannot run: 1, or with FORCEWATCH_ALLOW_SKIP=1 the skip
# code 77. Nothing of the machine is changed, nothing is left behind. Needs root (CAP_SYS_ADMIN).
set -euo pipefail

die() { echo "under-systemd: $1" >&2; exit "${2:-125}"; }
skip() {
    echo "=======================================================================" >&2
    echo "SKIPPED, NOT TESTED: $1" >&2
    echo "=======================================================================" >&2
    [ "${FORCEWATCH_ALLOW_SKIP:-}" = 1 ] && exit 77
    echo "under-systemd: a skip fails unless FORCEWATCH_ALLOW_SKIP=1 is set" >&2
    exit 1
}

copies=() out='' limit=300
while getopts c:o:t: option; do
    case $option in
        c) copies+=("$OPTARG");; o) out=$OPTARG;; t) limit=$OPTARG;;
        *) exit 64;;
    esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || die "no script given" 64
script=$1; shift
[ -r "$script" ] || die "cannot read $script" 64
[ -x /lib/systemd/systemd ] || skip "no systemd is installed"
unshare --mount --pid --fork true 2>/dev/null || skip "making namespaces needs CAP_SYS_ADMIN"

work=$(mktemp -d)
out=${out:-$work/out}; mkdir -p "$out"; out=$(cd "$out" && pwd)
rm -f "$out"/{rc,stdout,stderr,console.log,journal.txt}
main='' groups=()
cleanup() {
    local status=$? init group
    trap - EXIT INT TERM
    if [ -n "$main" ]; then
        init=$(pgrep -P "$main" | head -n 1 || :)
        [ -z "$init" ] || kill -s RTMIN+14 "$init" 2>/dev/null || :  # power off at once
        for _ in $(seq 50); do kill -0 "$main" 2>/dev/null || break; sleep 0.1; done
        [ -z "$init" ] || kill -KILL "$init" 2>/dev/null || :
        kill -KILL "$main" 2>/dev/null || :
        wait "$main" 2>/dev/null || :
    fi
    for group in ${groups[@]+"${groups[@]}"}; do
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || :
    done
    umount -R "$work/root" 2>/dev/null || :
    umount -l "$work/cow" 2>/dev/null || :
    rm -rf --one-file-system "$work"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

root=$work/root
mkdir "$work/cow" "$root"
mount -t tmpfs -o mode=755 overlay-cow "$work/cow"
mkdir "$work/cow/upper" "$work/cow/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/cow/upper,workdir=$work/cow/work" "$root" 2>/dev/null ||
    skip "an overlay of / cannot be mounted here"

# The script runs as an ordinary unit, so that it sees what a user of the machine sees.
mkdir -p "$root/run-test" "$root/etc/systemd/system/basic.target.wants"
cp -- "$script" "$root/run-test/test"
chmod +x "$root/run-test/test"
for copy in ${copies[@]+"${copies[@]}"}; do
    mkdir -p "$root/$(dirname "${copy#*:}")"
    cp -a -- "${copy%%:*}" "$root/${copy#*:}"
done
{
    printf '#!/bin/bash\nexport OUT=/run-test/out HOME=/root LANG=C.UTF-8\nmkdir -p $OUT; cd /run-test\n./test'
    for argument in "$@"; do printf ' %q' "$argument"; done
    printf ' >$OUT/stdout 2>$OUT/stderr </dev/null; rc=$?\n'
    printf 'journalctl --no-pager -o short-monotonic >$OUT/journal.txt 2>/dev/null\n'
    printf 'echo $rc >$OUT/rc.part && mv $OUT/rc.part $OUT/rc\n'
} > "$root/run-test/run"
chmod +x "$root/run-test/run"
cat > "$root/etc/systemd/system/run-test.service" <<U
[Unit]
DefaultDependencies=no
After=basic.target
[Service]
Type=exec
ExecStart=/run-test/run
U
ln -s ../run-test.service "$root/etc/systemd/system/basic.target.wants/run-test.service"
rm -rf "$root/etc/machine-id" "$root/var/log/journal"
: > "$root/etc/machine-id"
mkdir -p "$root/var/log/journal"
for unit in console-getty getty@tty1 systemd-firstboot systemd-resolved; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done

# One control group of our own in each hierarchy, made before the namespace, or PID 1 would work in the machine's groups.
# It lives in "in"; who waits for it moves to "out", for v2 hands no controllers to children of a group with processes.
while IFS=: read -r _ controllers path; do
    case $controllers in
        "") top=/sys/fs/cgroup
            if [ -e $top/cgroup.controllers ]; then path=/; else top+=/unified; fi;;
        name=*) top=/sys/fs/cgroup/${controllers#name=};;
        *cpuset*) continue;;  # takes no process before it is configured, and is not needed
        *) top=/sys/fs/cgroup/$controllers;;
    esac
    group=$top${path%/}/under-systemd-$$
    [ -w "$top$path/cgroup.procs" ] && mkdir "$group" "$group/in" "$group/out" 2>/dev/null && groups+=("$group") || :
done < /proc/self/cgroup
for controller in cpu io memory pids; do
    for group in /sys/fs/cgroup "/sys/fs/cgroup/under-systemd-$$"; do
        [ ! -e "$group/cgroup.subtree_control" ] || echo "+$controller" > "$group/cgroup.subtree_control" || :
    done
done 2>/dev/null
join() { local group; for group in ${groups[@]+"${groups[@]}"}; do echo "$2" > "$group/$1/cgroup.procs" 2>/dev/null || :; done; }

cat > "$work/enter" <<'S'
#!/bin/bash
set -e
root=$1
until [ -e "$root/run-test/go" ]; do sleep 0.02; done
mount --make-rprivate /
mount --bind "$root" "$root"; cd "$root"
mount -t proc -o nosuid,nodev,noexec proc proc
for path in sys sysrq-trigger irq bus; do  # kernel settings are the machine's, not ours
    [ ! -e proc/$path ] || { mount --bind proc/$path proc/$path && mount -o remount,bind,ro proc/$path; }
done
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
mount -t tmpfs -o mode=755,nosuid tmpfs dev
while read -r node major minor; do  # made new, so that tmpfiles cannot change the machine's
    mknod -m 666 dev/$node c $major $minor 2>/dev/null || { : > dev/$node; mount --bind /dev/$node dev/$node; }
done <<D
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
D
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd,xattr cgroup sys/fs/cgroup/systemd
    mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
fi
ip link set lo up 2>/dev/null || :
if pivot_root . mnt 2>/dev/null; then umount -l /mnt; else mount --move . /; fi
# Shared propagation: without it credentials and PrivateTmp= never reach the services. The dropped capabilities are
# those with which a test could still reach the machine: its clock, modules, raw devices.
exec chroot . /bin/sh -c 'mount --make-rshared /; exec env -i container=under-systemd \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-syslog,-wake_alarm,-block_suspend,-mac_admin,-mac_override \
    /lib/systemd/systemd --unit=basic.target --log-target=journal-or-kmsg --show-status=0'
S
chmod +x "$work/enter"
( join in $BASHPID
  exec unshare --fork --kill-child --pid --mount --uts --ipc --cgroup --net \
      "$work/enter" "$root" </dev/null >"$out/console.log" 2>&1 ) &
main=$!
until pgrep -P "$main" >/dev/null || ! kill -0 "$main" 2>/dev/null; do sleep 0.02; done
join out "$main"
: > "$root/run-test/go"

end=$((SECONDS + limit))
while [ ! -s "$root/run-test/out/rc" ] && kill -0 "$main" 2>/dev/null; do
    if [ $SECONDS -ge $end ]; then
        cp -a "$root/run-test/out/." "$out/" 2>/dev/null || :
        cat "$out/stdout" "$out/stderr" 2>/dev/null || :
        die "timed out after $limit s" 124
    fi
    sleep 0.1
done
cp -a "$root/run-test/out/." "$out/" 2>/dev/null || :
[ -s "$out/rc" ] || { tail -n 20 "$out/console.log" >&2; die "the system gave no result"; }
cat "$out/stdout"
cat "$out/stderr" >&2
exit "$(cat "$out/rc")"
