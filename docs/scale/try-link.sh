#!/bin/bash
# Measures two processes in two network namespaces of this machine, as if they were two machines, joined by a link of a given rate.
# As root: docs/scale/try-link.sh 1gbit COMMAND…, such as: try-link.sh 1gbit sparseaudio bench --exchange 15.7
set -eu
rate=$1 && shift
work=$(mktemp -d)
stop() {
  for n in 1 2; do ip netns pids sa$n 2>/dev/null | xargs -r kill 2>/dev/null || true; ip netns del sa$n 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT
for n in 1 2; do ip netns add sa$n && ip -n sa$n link set lo up; done
ip link add sa1 netns sa1 type veth peer name sa2 netns sa2
for n in 1 2; do
  ip -n sa$n addr add 10.99.0.$n/24 dev sa$n && ip -n sa$n link set sa$n up
  tc -n sa$n qdisc add dev sa$n root tbf rate "$rate" burst 256kb latency 50ms
done
# mpirun reaches the other "machine" with this in place of ssh; each has a host name of its own, or Open MPI would see one machine.
cat >"$work/agent" <<'AGENT'
#!/bin/bash
host=$1 && shift
exec ip netns exec "sa${host##*.}" unshare --uts bash -c "hostname sa${host##*.}; $*"
AGENT
chmod +x "$work/agent"
ip netns exec sa1 unshare --uts bash -c 'hostname sa1; exec "$@"' - \
  mpirun --allow-run-as-root -np 2 --host 10.99.0.1:1,10.99.0.2:1 --mca plm_rsh_agent "$work/agent" --mca pml ob1 --mca btl tcp,self \
  --mca btl_tcp_if_include 10.99.0.0/24 --mca oob_tcp_if_include 10.99.0.0/24 --bind-to none -x OMP_NUM_THREADS=1 "$@"
