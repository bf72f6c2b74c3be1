package connector

const filePackage = "github.com/velostream/veloc/runtime/file"

var fileFormats = []Format{csvFormat, csvNoHeaderFormat, jsonLinesFormat, jsonArrayFormat, rawFormat}

var compressionOption = Option{Key: "compression", Type: Enum, Values: []string{"auto", "none", "gzip", "zstd"}, Default: "auto",
	Doc: "How the file is compressed. `auto` goes by its suffix: `.gz` or `.zst`.", Example: "gzip"}

var fileSourceOptions = []Option{
	{Key: "path", Aliases: []string{"file.path"}, Type: Path, Required: true,
		Doc:     "The file to read. `*`, `?` and `[…]` match several files, which are read in the order of their names; `-` is standard input.",
		Example: "data/trades-*.csv"},
	compressionOption,
	{Key: "skip_lines", Aliases: []string{"skip.lines"}, Type: Int, Min: 0, Max: 1 << 40, Default: "0", Doc: "Lines to leave out at the start of every file, before a header.", Example: "2"},
	{Key: "max.row.size", Type: Size, Default: "16MiB", Doc: "The longest row; longer ones are rejected.", Example: "64MiB"},
	{Key: "chunk.size", Aliases: []string{"buffer_size"}, Type: Size, Default: "1MiB",
		Doc: "How much one worker takes at once.", Example: "4MiB"},
	{Key: "file.wait.timeout", Aliases: []string{"wait.timeout"}, Type: Duration, Default: "0",
		Doc: "How long to wait at the start for a file that is not there yet; 0 does not wait.", Example: "30s"},
	{Key: "file.retry.interval", Aliases: []string{"retry.interval"}, Type: Duration, Default: "5s",
		Doc: "How often to look while waiting.", Example: "1s"},
}

var fileSource = Spec{
	Name: "file_source", Aliases: []string{"file", "filesystem"}, Schemes: []string{"file"}, Kind: Source,
	Summary: "Reads rows from files.",
	Doc: `Files are read in large pieces that are cut at row ends, so that several workers can decode them; large regular files are
mapped into memory. A path can match several files. The end of the last file ends the job; everything that is still open is emitted.`,
	Example: `CREATE STREAM big_trades AS
SELECT symbol, price FROM trades WHERE price > 100
WITH ('trades.type' = 'file_source', 'trades.path' = 'trades.csv',
      'big_trades.type' = 'file_sink', 'big_trades.path' = 'big.csv');`,
	Options: append([]Option{
		{Key: "mmap", Type: Bool, Default: "true", Doc: "Whether to map large files; `false` reads them, for files that other programs may cut off meanwhile.", Example: "false"},
	}, fileSourceOptions...),
	Formats: fileFormats, Bounded: true, Replayable: true,
	Package: filePackage, New: "ConnectSource",
}

var fileSourceMmap = Spec{
	Name: "file_source_mmap", Aliases: []string{"file_mmap"}, Kind: Source,
	Summary: "Reads rows from files, mapped into memory where that is possible.",
	Doc: `The same as file_source, which maps large regular files too; small and compressed files, pipes and standard input are read. It is
there for SQL that asks for it by this name.`,
	Example: `SELECT station, MIN(temperature) AS low FROM measurements GROUP BY station EMIT FINAL
WITH ('measurements.type' = 'file_source_mmap', 'measurements.path' = 'measurements.txt',
      'measurements.delimiter' = ';');`,
	Options: fileSourceOptions, Formats: fileFormats, Bounded: true, Replayable: true,
	Package: filePackage, New: "ConnectSource",
}

var fileSink = Spec{
	Name: "file_sink", Aliases: []string{"file", "filesystem"}, Schemes: []string{"file"}, Kind: Sink,
	Summary: "Writes rows to a file.",
	Doc: `Rows go to a temporary file beside the target, which takes the final name when the job ends well: nobody ever sees half a
file under that name. CSV columns stand in the order of the SELECT list.`,
	Example: `CREATE STREAM copy AS SELECT * FROM trades
WITH ('trades.type' = 'file_source', 'trades.path' = 'trades.csv',
      'copy.type' = 'file_sink', 'copy.path' = 'out/trades.jsonl.gz', 'copy.format' = 'jsonlines');`,
	Options: []Option{
		{Key: "path", Aliases: []string{"file.path"}, Type: Path, Required: true, Doc: "The file to write; `-` is standard output.", Example: "out/alerts.jsonl"},
		compressionOption,
		{Key: "append", Aliases: []string{"append_if_exists"}, Type: Bool, Default: "false",
			Doc: "Adds to a file that exists instead of replacing it.", Example: "true"},
		{Key: "rotation.size", Aliases: []string{"max_file_size_bytes", "rotation.max.size"}, Type: Size,
			Doc: "Starts another file when one has reached this size.", Example: "256MiB"},
		{Key: "rotation.rows", Aliases: []string{"max_records_per_file", "rotation.max.records"}, Type: Int, Min: 1,
			Doc: "Starts another file after so many rows.", Example: "1000000"},
		{Key: "rotation.interval", Aliases: []string{"rotation_interval_ms"}, Type: Duration,
			Doc: "Starts another file after so long.", Example: "1h"},
	},
	Formats: []Format{jsonLinesFormat, csvFormat, csvNoHeaderFormat, jsonArrayFormat, rawFormat},
	Package: filePackage, New: "ConnectSink",
}
