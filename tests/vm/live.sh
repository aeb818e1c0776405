# Live runs inside a virtual machine (busybox's shell): each prints a block for vm_test.py.
COUNT=300

# Not the applet of busybox, which it prefers to any program of that name.
ip() { /programs/ip "$@"; }

setup() {
    echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 # no packets but ours
    ip netns add outside
    ip link add out0 numtxqueues 2 numrxqueues 2 netns outside type veth peer name in0 numtxqueues 2 numrxqueues 2
    ip link add fwd0 type veth peer name fwd1
    ip link set fwd0 up
    ip link set fwd1 up
    ip -n outside link set lo up
    ip -n outside link set out0 up
    ip link set in0 up
    ip -n outside addr add 10.9.0.1/24 dev out0
    ip addr add 10.9.0.2/24 dev in0
    ip netns exec outside ping -c 1 -W 10 10.9.0.2 >/dev/null || echo "PING no answer before the first run"
}

wait_for() { # FILE TEXT
    i=0
    until grep -q "$2" "$1"; do
        i=$((i + 1))
        [ $i -lt 200 ] || { echo "NOT SEEN $2 in $1"; cat "$1"; return 1; }
        sleep 0.1
    done
}

# run NAME SENDER ARGUMENTS...
run() {
    name=$1 sender=$2
    shift 2
    : >/tmp/err # of the last run
    pfq run --json "$@" >/tmp/out 2>/tmp/err &
    pid=$!
    wait_for /tmp/err listening || return
    grep listening /tmp/err | sed "s/^/BANNER $name /"
    $sender >/tmp/sent
    sleep 1
    kill -INT $pid
    wait $pid
    echo "CODE $name $?"
    grep -v listening /tmp/err
    echo "SUMMARY $name $(tr -d '\n' </tmp/out)"
    echo "SENT $name $(tr -d '\n' </tmp/sent)"
}

from_outside() { ip netns exec outside live-send --device out0 --count $COUNT --flows 4 --stack; }
from_inside() { live-send --device in0 --count $COUNT --flows 4 --stack; }

# What is said of the process, the host and the kernel when a process in own mode is killed.
killed() { # NAME ARGUMENTS...
    name=$1
    shift
    : >/tmp/err # of the last run
    pfq run --json "$@" >/tmp/out 2>/tmp/err &
    pid=$!
    wait_for /tmp/err listening || return
    ip netns exec outside ping -c 1 -W 1 10.9.0.2 >/dev/null && echo "KILLED $name the host answered before"
    kill -9 $pid
    sleep 0.1
    ip netns exec outside ping -c 1 -W 2 10.9.0.2 >/dev/null && echo "KILLED $name ping" || echo "KILLED $name no ping"
    sleep 2 # maps are freed in the background
    echo "LEFT $name" $(bpftool prog list | grep -o 'name pfq_[a-z_]*'; bpftool map list | grep -o 'name pfq_[a-z_]*')
}

setup
run native from_outside -i in0 --mode native -e 'udp >-> steer_flow' --sockets 2
run tc from_outside -i in0 --mode tc -e 'udp >-> steer_flow' --sockets 2
run out from_inside -i in0 --direction out -e 'udp >-> steer_flow' --sockets 2
run forward from_outside -i in0 --mode native -e 'udp >-> forward "fwd0"'
echo "FORWARDED $(cat /sys/class/net/fwd1/statistics/rx_packets)"
run filter from_outside -i in0 --mode native -e 'filter (not (in_table "t"))' --filter 'udp and greater 61'
killed native -i in0 --mode native --ownership own -e drop
killed tc -i in0 --mode tc --ownership own -e drop
