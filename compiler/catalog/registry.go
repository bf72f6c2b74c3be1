package catalog

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/schema"
	"github.com/velostream/veloc/compiler/schema/registry"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
	rt "github.com/velostream/veloc/runtime"
)

// request is what a component asks a schema registry for, in the words of the lock file: values of the environment are not in it.
type request struct {
	registry string // as written, without name and password
	subject  string
	message  string
	version  int // 0: the newest
	id       int // 0: by subject
}

// requestOf reads the properties of a component.
func (b *builder) requestOf(c *component, r *resolved) (request, bool) {
	p, ok := r.schema["schema.registry.url"]
	if !ok {
		return request{}, false
	}
	value := func(key string) string { return r.schema[key].value }
	q := request{registry: withoutSecrets(p.value), subject: value("value.subject"), message: value("schema.message")}
	q.version, _ = strconv.Atoi(value("schema.version"))
	q.id, _ = strconv.Atoi(value("schema.id"))
	if q.subject != "" || q.id > 0 {
		return q, true
	}
	topic := c.name
	if t, has := r.props["topic"]; has {
		topic = t.Value
		if v, err := rt.Expand(topic, b.opts.Lookup); err == nil {
			topic = v
		}
	}
	strategy := r.schema["value.subject.name.strategy"]
	if strategy.value != "" && strategy.value != "topic_name" && q.message == "" {
		b.diags.Add(diag.BadRegistry(strategy.at, withoutSecrets(p.value), "that strategy needs the name of the record; set `schema.message`"))
		return request{}, false
	}
	switch strategy.value {
	case "record_name":
		q.subject = q.message
	case "topic_record_name":
		q.subject = topic + "-" + q.message
	default:
		q.subject = topic + "-value"
	}
	return q, true
}

// withoutSecrets takes name and password out of addresses.
func withoutSecrets(addresses string) string {
	list := strings.Split(addresses, ",")
	for i, a := range list {
		a = strings.TrimSpace(a)
		if u, err := url.Parse(a); err == nil && u.User != nil {
			u.User = nil
			a = u.String()
		} else if _, host, ok := strings.Cut(a, "@"); ok && strings.Contains(a, "://") { // ${…} is no address to net/url
			scheme, _, _ := strings.Cut(a, "://")
			a = scheme + "://" + host
		}
		list[i] = a
	}
	return strings.Join(list, ",")
}

// fits tells whether an entry of the lock file answers a request.
func (q *request) fits(e *locked) bool {
	return e.registry == q.registry && e.message == q.message && (q.subject == "" || e.subject == q.subject) &&
		(q.version == 0 || e.version == q.version) && (q.id == 0 || e.id == q.id)
}

// fetched asks the registry, and remembers the answer for the lock file.
func (b *builder) fetched(c *component, r *resolved, q request) ([]Column, bool) {
	p := r.schema["schema.registry.url"]
	address := q.registry
	if b.opts.NoData || b.opts.Offline {
		b.diags.Add(diag.BadRegistry(p.at, address, "it is not asked now, and the lock file does not hold what `"+c.name+"` needs; `veloc build` writes it"))
		return nil, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), registry.Timeout)
	defer cancel()
	ask, err := b.query(r, q)
	var got registry.Schema
	if err == nil {
		address = strings.Join(ask.URLs, ",")
		got, err = registry.Fetch(ctx, ask)
	}
	if err != nil {
		d := diag.BadRegistry(p.at, address, err.Error())
		var unknown *registry.UnknownSubject
		if errors.As(err, &unknown) {
			d = diag.NoSubject(p.at, address, q.subject, diag.Nearest(q.subject, unknown.Known), unknown.Known)
		}
		b.diags.Add(d)
		return nil, false
	}
	name := fmt.Sprintf("%s, version %d", got.Subject, got.Version)
	if got.Subject == "" {
		name = fmt.Sprintf("schema %d", got.ID)
	}
	cols, problems := schema.Read(got.Language, source.New(name, got.Text), schema.Options{Record: q.message, Name: c.name, References: got.References})
	for _, problem := range problems {
		where := problem.At
		if !where.IsValid() {
			where = p.at
		}
		b.diags.Add(diag.BadSchemaFile(where, name, problem.Text))
	}
	if len(problems) > 0 {
		return nil, false
	}
	e := locked{name: c.name, registry: q.registry, subject: got.Subject, version: got.Version, id: got.ID, message: q.message, language: string(got.Language)}
	for _, col := range cols {
		e.columns = append(e.columns, lockedColumn{name: col.Name, typ: col.Col.Type, notNull: !col.Col.Nullable})
	}
	b.kept = append(b.kept, e)
	return columnsOf(cols, source.Span{}), true
}

// query is what to send, with what the environment says now, secrets included.
func (b *builder) query(r *resolved, q request) (registry.Query, error) {
	var failed error
	value := func(key string) string {
		v, err := rt.Expand(r.schema[key].value, b.opts.Lookup)
		if err != nil && failed == nil {
			failed = err
		}
		return v
	}
	out := registry.Query{
		Subject: q.subject, Version: q.version, ID: q.id,
		User: value("schema.registry.auth.username"), Password: value("schema.registry.auth.password"), Token: value("schema.registry.auth.token"),
	}
	if info := value("schema.registry.basic.auth.user.info"); info != "" && out.User == "" {
		out.User, out.Password, _ = strings.Cut(info, ":")
	}
	for _, a := range strings.Split(value("schema.registry.url"), ",") {
		a = strings.TrimSpace(a)
		if u, err := url.Parse(a); err == nil && u.User != nil {
			if out.User == "" {
				out.User = u.User.Username()
				out.Password, _ = u.User.Password()
			}
			u.User = nil
			a = u.String()
		}
		out.URLs = append(out.URLs, a)
	}
	if ca := value("schema.registry.ssl.ca.location"); ca != "" {
		out.CA = b.path(ca, b.opts.Dir)
	}
	if t := value("schema.registry.auth.type"); t == "none" {
		out.User, out.Password, out.Token = "", "", ""
	}
	return out, failed
}

// registryColumns are those of a schema registry: what the lock file says it answered, else what it answers now.
func (b *builder) registryColumns(c *component, r *resolved) (cols []Column, what string, ok bool) {
	before := b.diags.Count(diag.Error)
	q, asks := b.requestOf(c, r)
	if !asks {
		return nil, "", b.diags.Count(diag.Error) == before
	}
	if !b.lockOK {
		b.diags.Merge(b.lockDiags)
		return nil, "", false
	}
	for _, e := range b.entries {
		if e.name == c.name && e.registry != "" && q.fits(&e) {
			b.kept = append(b.kept, e)
			return e.declared(), e.answer(), true
		}
	}
	cols, ok = b.fetched(c, r, q)
	if ok {
		what = b.kept[len(b.kept)-1].answer()
	}
	return cols, what, ok
}
