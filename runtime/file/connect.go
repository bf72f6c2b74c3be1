package file

import (
	"fmt"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// ConnectSource makes the source of a generated job from its properties; codecs are the compressions that the job links.
func ConnectSource(env *rt.Env, name string, given rt.Props, rows rt.Layout, codecs ...Codec) (rt.Source, rt.Ledger, error) {
	key := func(k, def string) (string, string) { return name + "." + k, given.Get(k, def) }
	o := SourceOptions{
		Path:        env.Path(key("path", "")),
		SkipLines:   int(env.Int(key("skip_lines", "0"))),
		Compression: env.String(key("compression", Auto)),
		Codecs:      codecs,
		MaxRow:      int(env.Size(key("max.row.size", "16MiB"))),
		ChunkSize:   int(env.Size(key("chunk.size", "1MiB"))),
		NoMmap:      !env.Bool(key("mmap", "true")),
		FileWait:    env.Duration(key("file.wait.timeout", "0")),
		FileRetry:   env.Duration(key("file.retry.interval", "5s")),
		Clock:       env.Clock,
	}
	switch rows.Format {
	case "csv":
		o.Framing, o.Delimiter, o.Quote = CSV, rows.Delimiter, rows.Quote
		if rows.Header {
			o.Header, o.Columns, o.Check = true, rows.Columns, HeaderExact
		}
	case "json":
		o.Framing = JSONArray
	}
	return NewSource(o), nil, nil
}

// ConnectSink makes the sink of a generated job from its properties.
func ConnectSink(env *rt.Env, name string, given rt.Props, rows rt.Layout, codecs ...Codec) (rt.Sink, error) {
	key := func(k, def string) (string, string) { return name + "." + k, given.Get(k, def) }
	o := SinkOptions{
		Path:   env.Path(key("path", "")),
		Array:  rows.Format == "json",
		Append: env.Bool(key("append", "false")),
		Clock:  env.Clock,
	}
	if v := env.String(key("rotation.size", "")); v != "" {
		o.RotateBytes = env.Size(key("rotation.size", ""))
	}
	if v := env.String(key("rotation.rows", "")); v != "" {
		o.RotateRows = env.Int(key("rotation.rows", ""))
	}
	if v := env.String(key("rotation.interval", "")); v != "" {
		o.RotateEvery = env.Duration(key("rotation.interval", ""))
	}
	if rows.Format == "csv" {
		o.Quote = rows.Quote
		if rows.Header {
			o.Header = headerLine(rows)
		}
	}
	codec, err := sinkCodec(env.String(key("compression", Auto)), o.Path, codecs)
	if err != nil {
		return nil, fmt.Errorf("sink %s: %w", name, err)
	}
	o.Codec = codec
	return NewSink(o), nil
}

// headerLine is the line of column names.
func headerLine(rows rt.Layout) string {
	names := make([]string, len(rows.Columns))
	for i, c := range rows.Columns {
		names[i] = c
		if c == "" || strings.ContainsAny(c, "\"\r\n"+string(rows.Delimiter)) {
			names[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
	}
	return strings.Join(names, string(rows.Delimiter))
}

// sinkCodec chooses the compression of a file that is written: as the property says, or by the suffix of its name.
func sinkCodec(setting, path string, linked []Codec) (*Codec, error) {
	want := setting
	if setting == Auto {
		want = None
		for _, k := range known {
			if strings.HasSuffix(path, k.Suffix) {
				want = k.Name
			}
		}
	}
	if want == None {
		return nil, nil
	}
	for i := range linked {
		if linked[i].Name == want {
			return &linked[i], nil
		}
	}
	return nil, fmt.Errorf("this program was built without %s: build it with 'compression' = '%s' in the SQL", want, want)
}
