package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mongotls/mongotls/internal/explain"
	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	return compile(t, SchemaJSON)
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	const location = "urn:mongotls:schema"
	if err := c.AddResource(location, document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(location)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSamplesAreValid(t *testing.T) {
	schema := compileSchema(t)
	for _, s := range samples {
		if s.name == "hostile" {
			continue // it puts text where the schema knows all the values
		}
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(encoded(t, s.report())))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}

func TestBrokenDocumentsAreInvalid(t *testing.T) {
	schema := compileSchema(t)
	valid := encoded(t, reportOf(t, "expired-leaf"))
	tests := []struct{ name, old, new string }{
		{"an unknown field of the report", `"verdict": "fail",`, `"verdict": "fail", "more": 1,`},
		{"a missing field", `"durationMs": 41.7,`, ``},
		{"another schema", `mongotls.report/v1`, `mongotls.report/v2`},
		{"an unknown verdict", `"verdict": "fail"`, `"verdict": "bad"`},
		{"an unknown severity", `"severity": "fail"`, `"severity": "fatal"`},
		{"null for a list", `"warnings": []`, `"warnings": null`},
		{"a number for a text", `"input": "db1.example.com"`, `"input": 1`},
		{"a time that is not in UTC", `"startedAt": "2026-11-22T10:00:00Z"`, `"startedAt": "2026-11-22T11:00:00+01:00"`},
		{"a fingerprint that is not one", fingerprint("leaf"), "00"},
		{"an identifier that is not one", `"id": "cert-expired"`, `"id": "Cert Expired"`},
		{"evidence of another kind", `"days": 12`, `"days": {"n": 12}`},
		{"an unknown outcome", `"outcome": "closed"`, `"outcome": "shut"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.ReplaceAll(valid, tt.old, tt.new)
			if broken == valid {
				t.Fatalf("%q is not in the document", tt.old)
			}
			document, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
			if err != nil {
				t.Fatal(err)
			}
			if schema.Validate(document) == nil {
				t.Error("the document is valid")
			}
		})
	}
}

// schemaObject is as much of a definition as these tests look at.
type schemaObject struct {
	Type       any                        `json:"type"`
	Closed     *bool                      `json:"additionalProperties"`
	Required   []string                   `json:"required"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// field is what a struct says of a field of its JSON, in the schema's words.
type field struct {
	Type     string
	Nullable bool
	Required bool
}

// TestSchemaIsWhatTheStructsAre walks both, so that neither can gain, lose or
// retype a field alone.
func TestSchemaIsWhatTheStructsAre(t *testing.T) {
	t.Run("report", func(t *testing.T) { compareWithStructs(t, SchemaJSON, reflect.TypeFor[Report]()) })
	t.Run("explanation", func(t *testing.T) {
		compareWithStructs(t, ExplanationSchemaJSON, reflect.TypeFor[explain.Explanation]())
	})
	t.Run("certificates", func(t *testing.T) { compareWithStructs(t, CertificatesSchemaJSON, reflect.TypeFor[Certificates]()) })
}

func compareWithStructs(t *testing.T, text []byte, document reflect.Type) {
	var schema struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	types := map[string]reflect.Type{}
	collect(document, types)
	for name, goType := range types {
		definition, ok := schema.Defs[name]
		if !ok {
			t.Errorf("the schema has no %s", name)
			continue
		}
		var object schemaObject
		if err := json.Unmarshal(definition, &object); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if object.Closed == nil || *object.Closed {
			t.Errorf("%s is open to any field", name)
		}
		got := map[string]field{}
		for property, raw := range object.Properties {
			kind, nullable := kindOf(t, schema.Defs, raw)
			got[property] = field{Type: kind, Nullable: nullable, Required: slices.Contains(object.Required, property)}
		}
		want := map[string]field{}
		structFields(goType, want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-struct +schema):\n%s", name, diff)
		}
		for _, r := range object.Required {
			if _, ok := object.Properties[r]; !ok {
				t.Errorf("%s requires %q, which it does not have", name, r)
			}
		}
	}
	for name := range schema.Defs {
		isStruct := strings.ToUpper(name[:1]) == name[:1]
		if _, ok := types[name]; isStruct && !ok {
			t.Errorf("the schema has %s, which no struct is", name)
		}
	}
}

// collect finds the structs that the JSON of one is made of. An embedded struct
// is part of the one around it.
func collect(t reflect.Type, found map[string]reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || found[t.Name()] == t {
		return
	}
	found[t.Name()] = t
	eachField(t, func(f reflect.StructField, _ string) { collect(f.Type, found) })
}

// eachField visits the fields that encoding/json does, an embedded struct's in
// place of itself.
func eachField(t reflect.Type, visit func(f reflect.StructField, tag string)) {
	for f := range t.Fields() {
		tag := f.Tag.Get("json")
		switch {
		case tag == "-":
		case f.Anonymous && tag == "":
			eachField(f.Type, visit)
		default:
			visit(f, tag)
		}
	}
}

func structFields(t reflect.Type, fields map[string]field) {
	eachField(t, func(f reflect.StructField, tag string) {
		name, options, _ := strings.Cut(tag, ",")
		required := options == ""
		goType := f.Type
		pointer := goType.Kind() == reflect.Pointer
		if pointer {
			goType = goType.Elem()
		}
		fields[name] = field{Type: typeName(goType), Nullable: pointer && required, Required: required}
	})
}

// typeName is a Go type in the schema's words; a struct's is its name.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "integer"
	case reflect.Float64:
		return "number"
	case reflect.String:
		return "string"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			// encoding/json writes bytes in base64.
			return "string"
		}
		return "array of " + typeName(t.Elem())
	case reflect.Map:
		return "object"
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return "string"
		}
		return t.Name()
	default:
		return "unknown kind " + t.Kind().String()
	}
}

// kindOf names the type of a property as typeName does, and says whether it may
// be null.
func kindOf(t *testing.T, defs map[string]json.RawMessage, raw json.RawMessage) (kind string, nullable bool) {
	t.Helper()
	var property struct {
		Ref   string          `json:"$ref"`
		Type  any             `json:"type"`
		Enum  []string        `json:"enum"`
		Const string          `json:"const"`
		Items json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(raw, &property); err != nil {
		t.Fatal(err)
	}
	if property.Ref != "" {
		name := strings.TrimPrefix(property.Ref, "#/$defs/")
		definition, ok := defs[name]
		if !ok {
			t.Fatalf("%s leads nowhere", property.Ref)
		}
		if strings.ToUpper(name[:1]) == name[:1] {
			return name, false
		}
		return kindOf(t, defs, definition)
	}
	if len(property.Enum) > 0 || property.Const != "" {
		return "string", false
	}
	switch declared := property.Type.(type) {
	case []any:
		if len(declared) == 2 && declared[1] == "null" {
			return declared[0].(string), true
		}
	case string:
		if declared == "array" {
			item, _ := kindOf(t, defs, property.Items)
			return "array of " + item, false
		}
		return declared, false
	}
	t.Fatalf("property without a type: %s", raw)
	return "", false
}

// TestSchemaKnowsEveryValue holds the enumerations to the constants.
func TestSchemaKnowsEveryValue(t *testing.T) {
	var schema struct {
		Defs map[string]struct {
			Enum       []string `json:"enum"`
			Properties map[string]struct {
				Enum []string `json:"enum"`
			} `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(SchemaJSON, &schema); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{
		"verdict":    schema.Defs["verdict"].Enum,
		"outcome":    schema.Defs["outcome"].Enum,
		"severity":   schema.Defs["Finding"].Properties["severity"].Enum,
		"confidence": schema.Defs["Finding"].Properties["confidence"].Enum,
	}
	want := map[string][]string{
		"verdict":    texts(finding.Pass, finding.Warning, finding.Failure, finding.Unreachable),
		"severity":   texts(finding.Fail, finding.Warn, finding.Info),
		"confidence": texts(finding.Certain, finding.Likely),
		"outcome": texts(fact.OutcomeOK, fact.OutcomeAlert, fact.OutcomeClosed, fact.OutcomeReset,
			fact.OutcomeTimeout, fact.OutcomeUnanswered, fact.OutcomeOther, fact.OutcomeLocal, fact.OutcomeFailed),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("values (-constants +schema):\n%s", diff)
	}
}

func texts[S ~string](values ...S) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}
