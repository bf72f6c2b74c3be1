// Package topic looks at the records of a Kafka topic, so that a schema can be concluded from them.
//
// In: the name of a topic and the properties of a Kafka source. Out: values of its newest records. No group is joined and nothing is committed.
//
// Forbidden here: jobs; builds never read topics.
package topic

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/kafka"
)

// Enough is how many records tell what a topic holds.
const Enough = 1000

// Peek reads the values of the newest records, at most so many.
func Peek(ctx context.Context, name string, properties map[string]string, most int) ([][]byte, error) {
	env := &rt.Env{Config: map[string]string{}, Clock: clock{}, Lookup: os.LookupEnv, App: "veloc"}
	for k, v := range properties {
		env.Config[source+"."+k] = v
	}
	env.Config[source+".topic"] = name
	values, err := kafka.Peek(ctx, env, source, most)
	if err == nil {
		err = env.Err(nil)
	}
	switch {
	case err != nil:
		return nil, err
	case len(values) == 0:
		return nil, fmt.Errorf("the topic %s holds no records to conclude anything from", name)
	case len(values[0]) > 5 && values[0][0] == 0:
		return nil, fmt.Errorf("the records of the topic %s name schema %d of a schema registry, and the registry knows more than data tell: "+
			"set 'schema.registry.url' on the source, and `veloc schema show` prints its columns", name, binary.BigEndian.Uint32(values[0][1:5]))
	}
	return values, nil
}

// source is the name under which the properties stand.
const source = "topic"

// clock is the wall clock.
type clock struct{}

func (clock) Now() int64 { return time.Now().UnixNano() }

func (clock) NewTimer(d time.Duration) rt.Timer { return timer{time.NewTimer(d)} }

type timer struct{ *time.Timer }

func (t timer) C() <-chan time.Time { return t.Timer.C }
