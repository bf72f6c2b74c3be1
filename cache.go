package veloc

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The cache holds what can be made again: rt/<hash>, runtimes, and build/<key>, generated modules with their binaries.
const (
	keptRuntimes = 3
	keptBuilds   = 50 // of about 10 MB
	// keptAnyway is how long nothing is removed that was used, because it may be in use.
	keptAnyway = time.Hour
)

// cacheDir is where veloc keeps what it can make again.
func cacheDir() (string, error) {
	if dir := os.Getenv("VELOC_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no cache directory: %w (set VELOC_CACHE to a directory)", err)
	}
	return filepath.Join(dir, "veloc"), nil
}

// cacheError says what a failure to write the cache is about.
func cacheError(err error) error {
	return fmt.Errorf("veloc's cache cannot be written: %w (VELOC_CACHE chooses another directory)", err)
}

// cachedRuntime extracts the embedded runtime into the cache, once.
func cachedRuntime() (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	hash, err := runtimeHash()
	if err != nil {
		return "", err
	}
	runtimes := filepath.Join(cache, "rt")
	dir := filepath.Join(runtimes, hash)
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		used(dir)
		return dir, nil
	}
	if err := os.MkdirAll(runtimes, 0o755); err != nil {
		return "", cacheError(err)
	}
	tmp, err := os.MkdirTemp(runtimes, "new-")
	if err != nil {
		return "", cacheError(err)
	}
	defer os.RemoveAll(tmp)
	if err := ExtractRuntime(tmp); err != nil {
		return "", cacheError(err)
	}
	if err := os.Rename(tmp, dir); err != nil {
		if _, raced := os.Stat(filepath.Join(dir, "go.mod")); raced != nil {
			return "", cacheError(err)
		} // else another veloc was faster
	}
	trim(runtimes, keptRuntimes)
	return dir, nil
}

// used marks a folder of the cache as used now. Not being able to costs nothing but time later.
func used(dir string) {
	now := time.Now()
	_ = os.Chtimes(dir, now, now)
}

// trim removes the folders of a part of the cache that were not used for longest, beyond the newest keep. What was used in the last hour
// stays in any case. What cannot be removed is left to the next time.
func trim(dir string, keep int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var folders []os.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.IsDir() {
			folders = append(folders, info)
		}
	}
	slices.SortFunc(folders, func(a, b os.FileInfo) int {
		if c := b.ModTime().Compare(a.ModTime()); c != 0 {
			return c
		}
		return strings.Compare(a.Name(), b.Name())
	})
	for _, f := range folders[min(keep, len(folders)):] {
		if time.Since(f.ModTime()) > keptAnyway {
			_ = os.RemoveAll(filepath.Join(dir, f.Name()))
		}
	}
}
