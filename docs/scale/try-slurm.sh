#!/bin/bash
# Tries encode.sbatch on this machine: sets Debian's Slurm up with one node, in a temporary folder, runs the array, and takes all down again.
# As root: docs/scale/try-slurm.sh RECORDINGS CODES [TASKS]; SPARSEAUDIO names the program.
set -eu
recordings=$(readlink -f "$1") codes=$(readlink -m "$2") tasks=${3:-4}
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
command -v slurmctld >/dev/null || apt-get install -y --no-install-recommends slurm-wlm munge >/dev/null
work=$(mktemp -d) && mkdir "$work/state" "$work/spool"
stop() {
  [ ! -f "$work/slurmd.pid" ] || kill "$(cat "$work/slurmd.pid")" 2>/dev/null || true
  [ ! -f "$work/slurmctld.pid" ] || kill "$(cat "$work/slurmctld.pid")" 2>/dev/null || true
  pkill -u munge -x munged || true
  while pgrep -x slurmd >/dev/null || pgrep -x slurmctld >/dev/null; do sleep 0.2; done
  rm -rf "$work"
}
trap stop EXIT

mkdir -p /run/munge && chown munge: /run/munge
runuser -u munge -- munged --force
name=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=try
SlurmctldHost=$name(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$name Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
sleep 1
slurmctld && slurmd
for _ in $(seq 30); do [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break; sleep 1; done
sinfo
cd "$work"
job=$(sbatch --parsable --wait --export=ALL --array=1-"$tasks" "$here/encode.sbatch" "$recordings" "$codes") || echo "the array ended with an error"
tail -n 2 encode-*.log
echo "job $job is over"
