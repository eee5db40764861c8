package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mongotls/mongotls/internal/explain"
	"github.com/mongotls/mongotls/internal/report"
)

// document reads stdout as one JSON document with nothing after it.
func document(ts *testscript.TestScript) any {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		ts.Fatalf("stdout is not JSON: %v", err)
	}
	if d.More() {
		ts.Fatalf("stdout goes on after the document")
	}
	return v
}

func jsonq(ts *testscript.TestScript, args []string) {
	if got := find(document(ts), strings.Split(args[0], ".")); got != args[1] {
		ts.Fatalf("%s is %s, not %s", args[0], got, args[1])
	}
}

// find follows a path of names and indexes.
func find(v any, path []string) string {
	for _, step := range path {
		switch w := v.(type) {
		case map[string]any:
			inner, ok := w[step]
			if !ok {
				return "absent"
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(w) {
				return "absent"
			}
			v = w[i]
		default:
			return "absent"
		}
	}
	if s, ok := v.(string); ok {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

func schema(ts *testscript.TestScript, _ []string) {
	text := report.SchemaJSON
	switch find(document(ts), []string{"schema"}) {
	case report.CertificatesSchema:
		text = report.CertificatesSchemaJSON
	case explain.Schema:
		text = report.ExplanationSchemaJSON
	}
	published, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	ts.Check(err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	ts.Check(c.AddResource("report.schema.json", published))
	s, err := c.Compile("report.schema.json")
	ts.Check(err)
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile("stdout")))
	ts.Check(err)
	if err := s.Validate(instance); err != nil {
		ts.Fatalf("%v", err)
	}
}
