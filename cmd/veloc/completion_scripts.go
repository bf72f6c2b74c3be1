package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// spelled is a flag as it is written: its long form and its short one, if it has one.
func spelled(f *kong.Flag) []string {
	forms := []string{"--" + f.Name}
	if f.Short != 0 {
		forms = append(forms, "-"+string(f.Short))
	}
	return forms
}

// bashScript completes in bash 4 and later, without the bash-completion package.
func bashScript(commands []completed) string {
	var b strings.Builder
	b.WriteString(`# veloc completion bash
_veloc() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path="" word words="" files=""
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "${path:+$path }$word" in
`)
	for _, c := range commands[1:] {
		fmt.Fprintf(&b, "        '%s') path='%[1]s' ;;\n", c.path)
	}
	b.WriteString("        esac\n    done\n    case \"$path $prev\" in\n")
	for _, c := range commands {
		for _, f := range c.flags {
			if patterns := bashPatterns(c.path, f); f.Enum != "" {
				fmt.Fprintf(&b, "    %s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", patterns, strings.Join(f.EnumSlice(), " "))
			} else if takesFile(f) {
				fmt.Fprintf(&b, "    %s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", patterns)
			}
		}
	}
	b.WriteString("    esac\n    case \"$path\" in\n")
	for _, c := range commands {
		words := append(append([]string(nil), c.subs...), c.words...)
		for _, f := range c.flags {
			words = append(words, spelled(f)...)
		}
		fmt.Fprintf(&b, "    '%s') words='%s'", c.path, strings.Join(words, " "))
		if c.files {
			b.WriteString(" files=yes")
		}
		b.WriteString(" ;;\n")
	}
	b.WriteString(`    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    if [[ $files && $cur != -* ]]; then
        COMPREPLY+=($(compgen -f -X '!*.sql' -- "$cur") $(compgen -d -- "$cur"))
    fi
}
complete -o filenames -F _veloc veloc
`)
	return b.String()
}

// bashPatterns match a flag of a command in "command flag".
func bashPatterns(path string, f *kong.Flag) string {
	var patterns []string
	for _, form := range spelled(f) {
		patterns = append(patterns, fmt.Sprintf("'%s %s'", path, form))
	}
	return strings.Join(patterns, "|")
}

// zshScript completes in zsh with its own _arguments.
func zshScript(commands []completed) string {
	var b strings.Builder
	b.WriteString("#compdef veloc\n")
	for i := len(commands) - 1; i >= 0; i-- {
		c := commands[i]
		fmt.Fprintf(&b, "\n%s() {\n", zshName(c.path))
		if len(c.subs) > 0 {
			b.WriteString("    local -a commands=(\n")
			for _, sub := range c.subs {
				fmt.Fprintf(&b, "        %s\n", quoted(sub+":"+helpOf(commands, c.path, sub)))
			}
			b.WriteString("    )\n    local state line context\n    typeset -A opt_args\n")
		}
		b.WriteString("    _arguments")
		for _, f := range c.flags {
			b.WriteString(" \\\n        " + zshFlag(f))
		}
		b.WriteString(zshArguments(c))
		b.WriteString("}\n")
	}
	b.WriteString("\n_veloc \"$@\"\n")
	return b.String()
}

func zshName(path string) string {
	return strings.TrimSuffix("_veloc_"+strings.ReplaceAll(path, " ", "_"), "_")
}

// zshArguments are what may follow the flags of a command.
func zshArguments(c completed) string {
	switch {
	case len(c.subs) > 0:
		return " \\\n        '1:command:->command' '*::argument:->argument'\n" +
			"    case $state in\n    command) _describe command commands ;;\n" +
			"    argument) (( $+functions[" + zshName(c.path) + "_$line[1]] )) && " + zshName(c.path) + "_$line[1] ;;\n    esac\n"
	case len(c.words) > 0:
		return " \\\n        " + quoted("1:value:("+strings.Join(c.words, " ")+")") + "\n"
	case c.files:
		return " \\\n        '*:file:_files -g \"*.sql\"'\n"
	}
	return "\n"
}

func zshFlag(f *kong.Flag) string {
	doc := "[" + strings.NewReplacer("[", "(", "]", ")", ":", " -").Replace(f.Help) + "]"
	value := ""
	switch {
	case f.Enum != "":
		value = ":value:(" + strings.Join(f.EnumSlice(), " ") + ")"
	case takesFile(f):
		value = ":path:_files"
	case !f.IsBool():
		value = ":value: "
	}
	var specs []string
	for _, form := range spelled(f) {
		if value != "" && strings.HasPrefix(form, "--") {
			form += "="
		}
		specs = append(specs, quoted(form+doc+value))
	}
	return strings.Join(specs, " ")
}

// fishScript completes in fish.
func fishScript(commands []completed) string {
	var b strings.Builder
	b.WriteString("# veloc completion fish\ncomplete -c veloc -f\n")
	for _, c := range commands {
		condition := fishCondition(c)
		for _, sub := range c.subs {
			fmt.Fprintf(&b, "complete -c veloc -n %s -a %s -d %s\n", condition, sub, quoted(helpOf(commands, c.path, sub)))
		}
		for _, word := range c.words {
			fmt.Fprintf(&b, "complete -c veloc -n %s -a %s\n", condition, word)
		}
		if c.files {
			fmt.Fprintf(&b, "complete -c veloc -n %s -a '(__fish_complete_suffix .sql)'\n", condition)
		}
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c veloc -n %s -l %s", condition, f.Name)
			if f.Short != 0 {
				fmt.Fprintf(&b, " -s %c", f.Short)
			}
			switch {
			case f.Enum != "":
				fmt.Fprintf(&b, " -x -a %s", quoted(strings.Join(f.EnumSlice(), " ")))
			case takesFile(f):
				b.WriteString(" -r -F")
			case !f.IsBool():
				b.WriteString(" -x")
			}
			fmt.Fprintf(&b, " -d %s\n", quoted(f.Help))
		}
	}
	return b.String()
}

// fishCondition holds while a command's arguments are being written.
func fishCondition(c completed) string {
	if c.path == "" {
		return "__fish_use_subcommand"
	}
	var seen []string
	for _, word := range strings.Fields(c.path) {
		seen = append(seen, "__fish_seen_subcommand_from "+word)
	}
	if len(c.subs) > 0 {
		seen = append(seen, "not __fish_seen_subcommand_from "+strings.Join(c.subs, " "))
	}
	return quoted(strings.Join(seen, "; and "))
}

func helpOf(commands []completed, path, sub string) string {
	want := strings.TrimSpace(path + " " + sub)
	for _, c := range commands {
		if c.path == want {
			return c.help
		}
	}
	return ""
}

// quoted is text as one word of a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
