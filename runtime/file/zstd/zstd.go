// Package zstd is the zstd codec of files. In: compressed or plain bytes; out: the other. Only jobs that use it import it: it adds
// 1.3 MB to a program.
package zstd

import (
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/velostream/veloc/runtime/file"
)

// maxWindow bounds the memory that a frame of unknown origin can ask for: 128 MiB, what the zstd tool decompresses without options.
const maxWindow = 128 << 20

// Codec reads files of one or several frames and writes one frame. Both ways it works in the calling goroutine.
var Codec = file.Codec{
	Name:   "zstd",
	Suffix: ".zst",
	Magic:  []byte{0x28, 0xb5, 0x2f, 0xfd},
	NewReader: func(r io.Reader) (io.ReadCloser, error) {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	},
	NewWriter: func(w io.Writer) (file.Compressor, error) {
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	},
}
