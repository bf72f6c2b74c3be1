package ledger_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/ledger"
	"github.com/velostream/veloc/runtime/state"
)

var errCrash = errors.New("the machine is gone")

// crashing is a file system of a machine that goes down at a given step. What was not synced by then is lost, wholly or from some byte on.
type crashing struct {
	ledger.OS
	left   int // steps until then
	synced map[string]int64
	r      *rand.Rand
}

func (c *crashing) step() error {
	if c.left--; c.left < 0 {
		return errCrash
	}
	return nil
}

func (c *crashing) Create(name string) (ledger.File, error) {
	if err := c.step(); err != nil {
		return nil, err
	}
	f, err := c.OS.Create(name)
	c.synced[name] = 0
	return &crashingFile{f, c, name, 0}, err
}

func (c *crashing) Rename(from, to string) error {
	if err := c.step(); err != nil {
		return err
	}
	c.synced[to] = c.synced[from]
	delete(c.synced, from)
	return c.OS.Rename(from, to)
}

func (c *crashing) Remove(name string) error {
	if err := c.step(); err != nil {
		return err
	}
	delete(c.synced, name)
	return c.OS.Remove(name)
}

func (c *crashing) SyncDir(dir string) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.OS.SyncDir(dir)
}

type crashingFile struct {
	ledger.File
	fs   *crashing
	name string
	size int64
}

func (f *crashingFile) Write(b []byte) (int, error) {
	if err := f.fs.step(); err != nil {
		n, _ := f.File.Write(b[:f.fs.r.IntN(len(b)+1)]) // a part may have got through
		f.size += int64(n)
		return n, err
	}
	n, err := f.File.Write(b)
	f.size += int64(n)
	return n, err
}

func (f *crashingFile) Sync() error {
	if err := f.fs.step(); err != nil {
		return err
	}
	f.fs.synced[f.name] = f.size
	return f.File.Sync()
}

// after is what the disk holds after the crash.
func (c *crashing) after(t *testing.T) {
	for name, size := range c.synced {
		st, err := os.Stat(name)
		if err != nil {
			continue
		}
		if err := os.Truncate(name, size+c.r.Int64N(st.Size()-size+1)); err != nil {
			t.Fatal(err)
		}
	}
}

// world is a job in miniature: it counts words, and its position is the number of words.
type world struct {
	groups *state.Groups[word, count]
	table  state.Persister
	at     int64
}

type word struct{ Text string }

func (w *word) Append(dst []byte) []byte { return state.AppendText(dst, w.Text) }

func (w *word) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	w.Text = r.Text()
	return r.End()
}

type count struct{ N int64 }

func (c *count) Append(dst []byte) []byte {
	dst, at := state.Begin(dst)
	return state.End(state.AppendInt(dst, c.N), at)
}

func (c *count) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	if *c = (count{}); r.Field() {
		c.N = r.Int()
	}
	return r.End()
}

func newWorld(value string) *world {
	w := &world{groups: state.NewGroups[word, count]()}
	w.table = state.PersistGroups(w.groups, &state.Schema{Name: "words.groups",
		Key: []state.Field{{Name: "word", Type: "STRING"}}, Value: []state.Field{{Name: value, Type: "INTEGER"}}})
	return w
}

func (w *world) step() {
	text := fmt.Sprint("word ", w.at*w.at%97)
	id, fresh := w.groups.Find(state.TextKey(text))
	if fresh {
		w.groups.Keys = append(w.groups.Keys, word{text})
		w.groups.Appeared(w.at, 0)
	}
	w.groups.Change(id).N++
	w.at++
}

func (w *world) show() string {
	var b strings.Builder
	_ = w.groups.Each(func(k *word, c *count) error { fmt.Fprintln(&b, k.Text, c.N); return nil })
	return b.String()
}

func open(dir string, fs ledger.FS) (*ledger.Ledger, error) {
	return ledger.Open(ledger.Options{Dir: dir, Job: "words", FS: fs, SnapshotAfter: 3000})
}

// live runs the job until it has seen all words or the machine goes down.
func live(t *testing.T, dir string, fs ledger.FS, r *rand.Rand, words int64) (w *world, err error) {
	l, err := open(dir, fs)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	w = newWorld("rows")
	if err := l.Restore([]state.Persister{w.table}, nil); err != nil {
		return nil, err
	}
	if m := l.Last(); m != nil {
		w.at = int64(m.Inputs[0].Positions[0])
	}
	w.table.Track()
	var snap *ledger.Snapshot
	finished := false
	for w.at < words {
		for range 1 + r.IntN(40) {
			w.step()
		}
		if snap != nil && !finished && r.IntN(3) > 0 {
			more := snap.Slice(r.IntN(200))
			if err := snap.Write(more); err != nil {
				return nil, err
			}
			finished = !more
			continue
		}
		c := &ledger.Capture{}
		c.Inputs = []ledger.Input{{Name: "in"}}
		c.Inputs[0].Positions = map[int32]rt.Position{0: rt.Position(w.at)}
		begin := snap == nil && l.Due()
		adopt := snap
		if !finished {
			adopt = nil
		}
		l.Capture(c, adopt, begin)
		if err := l.Commit(c); err != nil {
			return nil, err
		}
		if adopt != nil {
			snap, finished = nil, false
		}
		if begin {
			if snap, err = l.Begin(); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

// Wherever the machine goes down, the job goes on from a checkpoint and ends as if nothing had happened.
func TestCrashAtEveryStep(t *testing.T) {
	const words = 3000
	for seed := range uint64(12) {
		dir := t.TempDir()
		r := rand.New(rand.NewPCG(seed, 1))
		crashes := 0
		for {
			fs := &crashing{left: 1 + r.IntN(60), synced: map[string]int64{}, r: r}
			w, err := live(t, dir, fs, r, words)
			if err == nil {
				check := newWorld("rows")
				for range w.at {
					check.step()
				}
				if got := w.show(); got != check.show() {
					t.Fatalf("seed %d, after %d crashes:\n%swant\n%s", seed, crashes, got, check.show())
				}
				break
			}
			if !errors.Is(err, errCrash) {
				t.Fatalf("seed %d: %v", seed, err)
			}
			crashes++
			fs.after(t)
			if crashes > 60 { // the words have to come to an end
				if _, err := live(t, dir, ledger.OS{}, r, words); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				break
			}
		}
	}
}

// saved is a directory with state in it.
func saved(t *testing.T) string {
	dir := t.TempDir()
	if _, err := live(t, dir, ledger.OS{}, rand.New(rand.NewPCG(1, 1)), 3000); err != nil {
		t.Fatal(err)
	}
	return dir
}

func files(t *testing.T, dir string) map[string][]byte {
	out := map[string][]byte{}
	names, err := ledger.OS{}.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if out[n], err = os.ReadFile(filepath.Join(dir, n)); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func restore(dir string, w *world, reset ...string) error {
	l, err := open(dir, nil)
	if err != nil {
		return err
	}
	defer l.Close()
	return l.Restore([]state.Persister{w.table}, reset)
}

// Any damaged byte of what counts, and any missing one, is found and named.
func TestDamageIsFound(t *testing.T) {
	dir := saved(t)
	all := files(t, dir)
	for name, data := range all {
		if name == "LOCK" || strings.HasSuffix(name, ".tmp") {
			continue
		}
		for range 40 {
			at := rand.IntN(len(data))
			for what, bad := range map[string][]byte{"cut": data[:at], "changed": append(append(append([]byte{}, data[:at]...), data[at]^0x40), data[at+1:]...)} {
				if err := os.WriteFile(filepath.Join(dir, name), bad, 0o666); err != nil {
					t.Fatal(err)
				}
				var damage *ledger.CorruptError
				if err := restore(dir, newWorld("rows")); !errors.As(err, &damage) || filepath.Base(damage.File) != name {
					t.Fatalf("%s %s at %d: %v", name, what, at, err)
				}
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := restore(dir, newWorld("rows")); err != nil {
		t.Fatal(err)
	}
}

func TestTwoProcesses(t *testing.T) {
	dir := saved(t)
	l, err := open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := open(dir, nil); err == nil || !strings.Contains(err.Error(), "another process uses it") {
		t.Errorf("a second one: %v", err)
	}
}

func TestStateOfAnotherProgram(t *testing.T) {
	dir := saved(t)
	other := newWorld("sum")
	if err := restore(dir, other); err != nil || other.groups.Len() == 0 {
		t.Errorf("another aggregate: %v, %d groups", err, other.groups.Len())
	}
	other = newWorld("rows")
	other.table.Schema().Key[0].Type = "INTEGER"
	err := restore(dir, other)
	if err == nil || !strings.Contains(err.Error(), "words.groups: its key was word STRING and is word INTEGER; --reset-state=words.groups lets it begin empty") {
		t.Errorf("another key: %v", err)
	}
	if err := restore(dir, other, "words.groups"); err != nil || other.groups.Len() != 0 {
		t.Errorf("reset: %v, %d groups", err, other.groups.Len())
	}
}

func TestSavepoint(t *testing.T) {
	dir, to := saved(t), filepath.Join(t.TempDir(), "copy")
	l, err := open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.Copy(to); err != nil {
		t.Fatal(err)
	}
	if err := l.Copy(to); err == nil {
		t.Error("a savepoint has been written over another one")
	}
	if err := l.Adopt(to); err == nil {
		t.Error("state has been replaced")
	}
	fresh, err := open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if err := fresh.Adopt(to); err != nil {
		t.Fatal(err)
	}
	a, b := newWorld("rows"), newWorld("rows")
	if err := l.Restore([]state.Persister{a.table}, nil); err != nil {
		t.Fatal(err)
	}
	if err := fresh.Restore([]state.Persister{b.table}, nil); err != nil {
		t.Fatal(err)
	}
	if a.show() != b.show() || !maps.Equal(l.Last().Inputs[0].Positions, fresh.Last().Inputs[0].Positions) {
		t.Error("the copy differs")
	}
}
