//go:build realkafka

package kafka

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/kafka/devserver"
)

// kcat is the foreign client (librdkafka): what it writes we read, and what we write it reads, on Apache Kafka and on the broker of
// `veloc dev kafka`.

// foreignBrokers runs a test on both.
func foreignBrokers(t *testing.T, test func(t *testing.T, brokers []string)) {
	if _, err := exec.LookPath("kcat"); err != nil {
		t.Fatal("kcat is missing; run `make test-kafka`, which installs it")
	}
	t.Run("Apache Kafka", func(t *testing.T) { test(t, testBrokers(t)) })
	t.Run("dev server", func(t *testing.T) {
		s, err := devserver.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		test(t, []string{s.Addr()})
	})
}

func kcat(t *testing.T, brokers []string, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("kcat", append([]string{"-b", strings.Join(brokers, ",")}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("kcat %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

func TestKcatWrites(t *testing.T) {
	foreignBrokers(t, func(t *testing.T, brokers []string) {
		topic := newTopic(t, brokers, 2)
		var in strings.Builder
		var want []string
		for i := range 1000 {
			row := fmt.Sprintf(`{"n":%d}`, i)
			fmt.Fprintf(&in, "EU|%d=%s\n", i, row)
			want = append(want, row)
		}
		kcat(t, brokers, in.String(), "-P", "-t", topic, "-K", "=", "-H", "trace=t1", "-z", "snappy")
		kcat(t, brokers, "gone=\n", "-P", "-t", topic, "-K", "=", "-Z", "-p", "0")
		m := join(t, SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g")})
		rows := m.awaitRows(1001)
		var got []string
		for _, r := range rows {
			if r.odd != nil {
				if !r.odd.Null || string(r.meta.Key) != "gone" || r.text != "null" {
					t.Errorf("tombstone: %+v %+v", r, r.odd)
				}
				continue
			}
			got = append(got, r.text)
			if string(r.meta.Key) != "EU|"+strings.TrimSuffix(strings.TrimPrefix(r.text, `{"n":`), "}") || fmt.Sprintf("%q", r.meta.Headers) != `[{"trace" "t1"}]` {
				t.Fatalf("%s has key %q and headers %q", r.text, r.meta.Key, r.meta.Headers)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d rows came, not the %d that were written", len(got), len(want))
		}
	})
}

func TestKcatReads(t *testing.T) {
	foreignBrokers(t, func(t *testing.T, brokers []string) {
		topic := newTopic(t, brokers, 1)
		for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
			sink := openSink(t, SinkOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Compression: codec})
			o := output("EU|AAPL="+codec, codec)
			o.Recs[0].Time = 1700000000123 * 1e6
			write(t, sink, o)
		}
		got := kcat(t, brokers, "", "-C", "-t", topic, "-e", "-q", "-f", `%o %k %s %h`+"\n")
		var want strings.Builder
		for i, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
			fmt.Fprintf(&want, "%d EU|AAPL %s _EVENT_TIME=1700000000123\n%d  %s \n", 2*i, codec, 2*i+1, codec)
		}
		if got != want.String() {
			t.Errorf("got:\n%s\nwant:\n%s", got, want.String())
		}
	})
}

// kcat, as another member of a group, takes over where our member committed.
func TestKcatTakesOver(t *testing.T) {
	foreignBrokers(t, func(t *testing.T, brokers []string) {
		topic, group := newTopic(t, brokers, 1), unique("g")
		produce(t, brokers, topic, numbers(0, 3, 1)...)
		m := join(t, SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: group, Strategy: "range"})
		m.awaitRows(3)
		m.pauseAndLeave()
		produce(t, brokers, topic, numbers(3, 5, 1)...)
		if got := kcat(t, brokers, "", "-G", group, "-q", "-e", "-c", "2", "-X", "auto.offset.reset=earliest", topic); got != "3\n4\n" {
			t.Errorf("kcat reads %q, want what comes after our commit", got)
		}
	})
}
