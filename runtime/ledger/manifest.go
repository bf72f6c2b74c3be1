package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path/filepath"

	rt "github.com/velostream/veloc/runtime"
)

// Manifest is a checkpoint: everything that belongs together.
type Manifest struct {
	Job    string     `json:"job"`
	Epoch  int64      `json:"epoch"`
	Phase  Phase      `json:"phase"`
	Time   int64      `json:"time"` // when it was made, ns
	Inputs []Input    `json:"inputs"`
	Pipes  []Pipeline `json:"pipelines"`
	Sinks  []Sink     `json:"sinks"`
	Mark   string     `json:"mark,omitempty"` // of the transaction that the checkpoint belongs to, or of the last one before it

	Snapshot *FileRef   `json:"snapshot,omitempty"`
	Logs     []*FileRef `json:"logs"` // since the snapshot, oldest first
}

// files are the files of state, in the order in which they are read.
func (m *Manifest) files() []*FileRef {
	if m.Snapshot == nil {
		return m.Logs
	}
	return append([]*FileRef{m.Snapshot}, m.Logs...)
}

// Phase says what a restart has to do.
type Phase string

// The phases of a job.
const (
	Running   Phase = "running"   // go on from the positions
	Finishing Phase = "finishing" // all rows are in the outputs, which may not have their final names yet
	Complete  Phase = "complete"  // nothing: the next run begins anew
)

// Input is how far a source was read.
type Input struct {
	Name      string                `json:"name"`
	Positions map[int32]rt.Position `json:"positions"`
	Marks     map[int32]int64       `json:"marks,omitempty"` // greatest event time of each partition, ns
	Ended     bool                  `json:"ended,omitempty"` // all of it is in the state
}

// Pipeline is how far event time has come, and whether all results are out.
type Pipeline struct {
	Name      string `json:"name"`
	Watermark int64  `json:"watermark"`
	Done      bool   `json:"done,omitempty"`
}

// Sink is how far an output was written, in the sink's own words; null where the sink cannot come back to a place.
type Sink struct {
	Name string          `json:"name"`
	Mark json.RawMessage `json:"mark"`
}

// FileRef names a file of state and how much of it counts.
type FileRef struct {
	File string   `json:"file"`
	Size int64    `json:"size"`
	Skip []string `json:"skip,omitempty"` // tables whose entries do not count any more
}

// The manifest is text: its checksum on the first line, JSON from the second one.
const (
	manifestName = "MANIFEST"
	preparedName = "MANIFEST.prepared" // of a checkpoint that counts if its transaction does
	manifestHead = "veloc state manifest 1 crc32c %08x\n"
)

func encodeManifest(m *Manifest) ([]byte, error) {
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	return append(fmt.Appendf(nil, manifestHead, crc32.Checksum(body, castagnoli)), body...), nil
}

// readManifest returns the manifest of that name in a directory, nil if there is none.
func readManifest(from FS, dir, name string) (*Manifest, error) {
	path := filepath.Join(dir, name)
	f, err := from.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	head, body, _ := bytes.Cut(text, []byte{'\n'})
	var sum uint32
	if _, err := fmt.Sscanf(string(head)+"\n", manifestHead, &sum); err != nil {
		return nil, &CorruptError{path, 0, "it does not begin like a manifest"}
	}
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, &CorruptError{path, int64(len(head)) + 1, "its checksum is wrong"}
	}
	m := &Manifest{}
	if err := json.Unmarshal(body, m); err != nil {
		return nil, &CorruptError{path, int64(len(head)) + 1, err.Error()}
	}
	return m, nil
}

// writeManifest gives a directory the manifest m; with the name manifestName it is its checkpoint. The content is durable before the name: a name that survives a crash must not lead
// to nothing. And the directory is synced before anything else may be removed or shown that the old manifest would miss.
func writeManifest(to FS, dir, name string, m *Manifest) error {
	text, err := encodeManifest(m)
	if err != nil {
		return err
	}
	temp := filepath.Join(dir, manifestName+".tmp")
	f, err := to.Create(temp)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = to.Rename(temp, filepath.Join(dir, name))
	}
	if err == nil {
		err = to.SyncDir(dir)
	}
	return err
}
