//go:build !unix

package engine

// usage reads what the process has used; this system does not tell.
func usage() (rss, user, system int64) { return 0, 0, 0 }
