package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCommand is `veloc completion`.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help tells where the scripts go.
func (completionCommand) Help() string {
	return `bash:  veloc completion bash > ~/.local/share/bash-completion/completions/veloc
zsh:   veloc completion zsh > "${fpath[1]}/_veloc"
fish:  veloc completion fish > ~/.config/fish/completions/veloc.fish`
}

// Run prints the script, made from the model of the command line.
func (c *completionCommand) Run(t *terminal, k *kong.Kong) error {
	writers := map[string]func([]completed) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}
	_, err := fmt.Fprint(t.stdout, writers[c.Shell](completedCommands("", k.Model.Node)))
	return err
}

// completed is a command as completion sees it.
type completed struct {
	path  string // "dev kafka"; empty for veloc itself
	help  string
	subs  []string // names of commands below it
	flags []*kong.Flag
	words []string // values of its first argument
	files bool     // its arguments are files
}

// completedCommands lists a command, which has the given path, and all below it.
func completedCommands(path string, n *kong.Node) []completed {
	c := completed{path: path, help: n.Help}
	for _, group := range n.AllFlags(true) {
		c.flags = append(c.flags, group...)
	}
	for _, p := range n.Positional {
		if p.Enum != "" {
			c.words = append(c.words, p.EnumSlice()...)
		} else {
			c.files = true
		}
	}
	all := []completed{}
	for _, child := range n.Children {
		c.subs = append(c.subs, child.Name)
		all = append(all, completedCommands(strings.TrimSpace(path+" "+child.Name), child)...)
	}
	return append([]completed{c}, all...)
}

// takesFile tells whether a flag's value is a path.
func takesFile(f *kong.Flag) bool { return f.PlaceHolder == "DIR" || f.PlaceHolder == "PATH" }
