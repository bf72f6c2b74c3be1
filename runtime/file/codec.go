package file

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Codec is a compression format. Packages file/gzip and file/zstd export one each.
type Codec struct {
	Name   string // as in the property: "gzip"
	Suffix string // of file names: ".gz"
	Magic  []byte // first bytes of the content
	// NewReader decompresses r, across members or frames that follow one another.
	NewReader func(r io.Reader) (io.ReadCloser, error)
	// NewWriter compresses into w. Close ends the member or frame and leaves w open.
	NewWriter func(w io.Writer) (Compressor, error)
}

// Compressor is a compressing writer whose Flush makes everything written so far readable.
type Compressor interface {
	io.WriteCloser
	Flush() error
}

// known formats are recognised even in programs that do not link their codec, so that the error can say what to do.
var known = []Codec{
	{Name: "gzip", Suffix: ".gz", Magic: []byte{0x1f, 0x8b}},
	{Name: "zstd", Suffix: ".zst", Magic: []byte{0x28, 0xb5, 0x2f, 0xfd}},
}

// Auto, as SourceOptions.Compression, recognises compressed files by their first bytes and their suffix; None reads bytes as they are.
const (
	Auto = "auto"
	None = "none"
)

// pickCodec chooses the codec for a file that starts with head. It returns nil for plain content, and for a file without any: no rows, whatever
// its name says.
func pickCodec(setting, name string, head []byte, linked []Codec) (*Codec, error) {
	want := ""
	switch setting {
	case "", Auto:
		if len(head) == 0 {
			return nil, nil
		}
		for _, k := range known {
			if bytes.HasPrefix(head, k.Magic) || strings.HasSuffix(name, k.Suffix) {
				want = k.Name
				if !bytes.HasPrefix(head, k.Magic) {
					return nil, fmt.Errorf("%s: the name says %s, but the content is not %s: repair the file, or set 'compression' = 'none' to read it as it is", name, k.Name, k.Name)
				}
				break
			}
		}
		if want == "" {
			return nil, nil
		}
	case None:
		return nil, nil
	default:
		want = setting
	}
	for i := range linked {
		if linked[i].Name == want && len(head) == 0 {
			return nil, nil
		}
		if linked[i].Name == want {
			return &linked[i], nil
		}
	}
	if want != known[0].Name && want != known[1].Name {
		return nil, fmt.Errorf("'compression' = '%s': expected auto, none, gzip or zstd", want)
	}
	return nil, fmt.Errorf("%s is %s-compressed, and this program was built without %s: set 'compression' = '%s' on the source and build again", name, want, want, want)
}
