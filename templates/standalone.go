package templates

// Project is what the files around a standalone module say about its job.
type Project struct {
	Job, Package, SQL, Description, Owner string

	Sources, Sinks []Endpoint
}

// Endpoint is a source or a sink.
type Endpoint struct{ Name, Connector string }

// Standalone are the files around a standalone module, by name.
func Standalone(p Project) map[string][]byte {
	files := map[string][]byte{}
	for _, name := range []string{"Dockerfile", "Makefile", "README.md", ".dockerignore", ".gitignore"} {
		files[name] = execute(templateName(name), p)
	}
	return files
}

// templateName is the template of a file: without the dot that would hide it.
func templateName(file string) string {
	if file[0] == '.' {
		file = file[1:]
	}
	return file + ".tmpl"
}
