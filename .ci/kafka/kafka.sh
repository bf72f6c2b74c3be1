#!/bin/sh
# One Apache Kafka broker in KRaft mode for tests, on free ports of this machine, with its data in a temporary folder.
#
#   kafka.sh start    fetch the jars once, start a broker unless one runs, print its address
#   kafka.sh address  print the address of the broker that runs
#   kafka.sh stop     stop it and remove its data; does nothing if none runs
#   kafka.sh kcat     install kcat if it is missing
#
# .cache/libs holds the jars, .cache/run what belongs to the running broker: pid, address, dir, log.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${VELOC_KAFKA_CACHE:-$here/.cache}
libs=$cache/libs
run=$cache/run

fail() { echo "kafka.sh: $*" >&2; exit 1; }

need() { # need COMMAND PACKAGE…: installs Debian packages if the command is missing
	cmd=$1; shift
	command -v "$cmd" >/dev/null 2>&1 && return 0
	echo "kafka.sh: installing $*" >&2
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	$sudo apt-get update -qq >&2 || fail "apt-get update failed; install $* by hand"
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 || fail "cannot install $*"
	command -v "$cmd" >/dev/null 2>&1 || fail "$cmd is still missing after installing $*"
}

running() {
	[ -f "$run/pid" ] && kill -0 "$(cat "$run/pid")" 2>/dev/null && tr '\0' ' ' <"/proc/$(cat "$run/pid")/cmdline" | grep -q kafka.Kafka
}

fetch() { # the stamp is the pom, so that another version is fetched anew
	cmp -s "$here/pom.xml" "$libs/pom.xml" && return 0
	need mvn maven
	rm -rf "$libs"
	mkdir -p "$libs"
	mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime "-DoutputDirectory=$libs" >&2 ||
		fail "Maven could not fetch Kafka's jars"
	cp "$here/pom.xml" "$libs/pom.xml"
}

config() { # config DIR PORT CONTROLLERPORT
	cat <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$3
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$2,CONTROLLER://127.0.0.1:$3
advertised.listeners=PLAINTEXT://127.0.0.1:$2
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$1/data
num.partitions=2
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
EOF
}

jvm() { # replaces the shell that calls it, so that $! is the broker itself
	exec java -Xms256m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$libs/*" "$@"
}

ports() { # two free ports
	awk 'BEGIN { while ((getline line < "/proc/net/tcp") > 0) { split(line, f, " "); split(f[2], a, ":"); used[a[2]] = 1 }
		while ((getline line < "/proc/net/tcp6") > 0) { split(line, f, " "); split(f[2], a, ":"); used[a[2]] = 1 }
		srand('"$(od -An -N3 -tu4 /dev/urandom)"'); n = 0
		while (n < 2) { p = 20000 + int(rand() * 12000); h = sprintf("%04X", p); if (!(h in used)) { print p; used[h] = 1; n++ } } }'
}

launch() { # starts a broker on fresh ports; fails if it does not come up
	dir=$(mktemp -d "${TMPDIR:-/tmp}/veloc-kafka.XXXXXX")
	set -- $(ports)
	config "$dir" "$1" "$2" >"$dir/server.properties"
	id=$(jvm kafka.tools.StorageTool random-uuid 2>/dev/null | tail -n 1)
	(jvm kafka.tools.StorageTool format -t "$id" -c "$dir/server.properties") >"$dir/log" 2>&1 || { cat "$dir/log" >&2; rm -rf "$dir"; return 1; }
	(jvm kafka.Kafka "$dir/server.properties") >>"$dir/log" 2>&1 </dev/null &
	pid=$!
	mkdir -p "$run"
	echo "$dir" >"$run/dir"; echo "$pid" >"$run/pid"; echo "127.0.0.1:$1" >"$run/address"
	for _ in $(seq 300); do
		grep -q 'Kafka Server started' "$dir/log" && return 0
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	tail -n 30 "$dir/log" >&2
	stop
	return 1
}

stop() {
	[ -d "$run" ] || return 0
	if running; then
		pid=$(cat "$run/pid")
		kill "$pid"
		for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
		kill -9 "$pid" 2>/dev/null || true
	fi
	[ -f "$run/dir" ] && rm -rf "$(cat "$run/dir")"
	rm -rf "$run"
}

case ${1:-} in
start)
	if ! running; then
		stop # what a killed broker left behind
		need java openjdk-17-jre-headless
		fetch
		launch || launch || fail "Kafka did not start"
	fi
	cat "$run/address" ;;
address)
	running || fail "no broker runs; start it with: $0 start"
	cat "$run/address" ;;
stop) stop ;;
kcat) need kcat kcat ;;
*) fail "usage: $0 start|address|stop|kcat" ;;
esac
