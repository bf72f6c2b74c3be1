package kafka

import (
	"context"
	"strconv"

	rt "github.com/velostream/veloc/runtime"
)

// DeadLetters writes rows that failed to a topic: key and value with their original bytes, the record's own headers, and what is
// known of the failure in headers that begin with "veloc.error.": job, source, code, message, column, sql, value, time (epoch
// milliseconds), and partition and offset, or file, line and offset.
type DeadLetters struct{ sink *Sink }

// NewDeadLetters makes a dead-letter queue on the topic of o.
func NewDeadLetters(o SinkOptions) *DeadLetters {
	o.NoEventTimeHeader = true
	return &DeadLetters{NewSink(o)}
}

// DeadLettersFromEnv makes the dead-letter queue of a source: the topic '<name>.dead.letter.queue.topic', on the brokers that the
// source's own connection properties name.
func DeadLettersFromEnv(env *rt.Env, name string, given map[string]string) (*DeadLetters, error) {
	r := reader{env: env, name: name, given: given, props: deadLetterProperties}
	c := r.connection()
	c.Topic = r.text("dead.letter.queue.topic")
	if why := badTopicName(c.Topic); why != "" || c.Topic == "" {
		r.fail("dead.letter.queue.topic", c.Topic, "expected the name of a topic; "+why)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return NewDeadLetters(SinkOptions{Connection: c, Delivery: defaultDelivery}), nil
}

var deadLetterProperties = append([]Property{{Key: "dead.letter.queue.topic", Doc: "Topic for rows that failed, with SendToDLQ."}},
	connectionProperties...)

// Open checks the brokers and the topic, which it creates if it is missing.
func (d *DeadLetters) Open(ctx context.Context) error { return d.sink.Open(ctx) }

// Send produces letters.
func (d *DeadLetters) Send(ctx context.Context, letters []rt.Letter) error {
	if len(letters) == 0 {
		return d.sink.failure()
	}
	size := 0
	for i := range letters {
		size += len(letters[i].Key) + len(letters[i].Value) + 256
	}
	l, err := d.sink.slab(ctx, len(letters), size)
	if err != nil {
		return err
	}
	for i := range letters {
		m := &letters[i]
		rec := l.next()
		if m.Key != nil {
			rec.Key = l.hold(m.Key)
		}
		if m.Value != nil {
			rec.Value = l.hold(m.Value)
		}
		l.stamp(rec, m.RecordTime, append(m.Headers[:len(m.Headers):len(m.Headers)], facts(m)...), false)
	}
	d.sink.send(l)
	return nil
}

func facts(m *rt.Letter) []rt.Header {
	var hs []rt.Header
	add := func(key, value string) {
		if value != "" {
			hs = append(hs, rt.Header{Key: "veloc.error." + key, Value: []byte(value)})
		}
	}
	number := func(key string, n int64) { add(key, strconv.FormatInt(n, 10)) }
	add("job", m.Job)
	add("source", m.Source)
	if e := m.Err; e != nil {
		add("code", e.Code)
		add("message", e.Msg)
		add("column", e.Column)
		add("sql", e.SQL)
		add("value", e.Value)
	}
	number("time", floorMillis(m.Time))
	number("offset", m.Offset)
	if m.Record {
		number("partition", int64(m.Partition))
		return hs
	}
	add("file", m.File)
	if m.Line > 0 {
		number("line", m.Line)
	}
	return hs
}

// Flush waits until everything sent is acknowledged.
func (d *DeadLetters) Flush(ctx context.Context) error { return d.sink.Flush(ctx) }

// Close delivers what is left and disconnects.
func (d *DeadLetters) Close(ctx context.Context) error { return d.sink.Close(ctx, true) }
