package report

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/finding"
)

func encoded(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := EncodeJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEncodeJSON(t *testing.T) {
	paris := time.FixedZone("", 3600)
	r := &Report{
		Schema:    Schema,
		Tool:      Tool{Name: "mongotls", Version: "1.2.3"},
		StartedAt: time.Date(2026, time.November, 22, 11, 0, 0, 0, paris),
		Policy:    finding.Policy{At: time.Date(2027, time.January, 1, 0, 0, 0, 0, paris)},
		Verdict:   finding.Failure,
		Targets: []Target{{
			Target:   fact.Target{Input: "mongodb://a/?tls=true&tlsInsecure=true", SRV: &fact.SRV{Name: "x"}},
			Findings: []finding.Finding{{ID: "cert-expired", Evidence: map[string]any{"names": []string(nil), "at": time.Date(2026, time.November, 22, 11, 0, 0, 0, paris)}}},
			Endpoints: []Endpoint{{
				Endpoint: fact.Endpoint{
					Host:         "a",
					Protocols:    []fact.Protocol{{Version: "TLS1.0", Reason: "\u009b31m \u202e\U000e0041"}},
					Certificates: []fact.Certificate{{NotAfter: time.Date(9999, time.December, 31, 23, 59, 59, 0, time.FixedZone("", -3600)), NotBefore: time.Date(-1, time.January, 1, 0, 0, 0, 0, time.UTC)}},
					Trust:        &fact.Trust{Anchors: []fact.Anchor{{}}},
					ClientAuth:   &fact.ClientAuth{},
				},
				Chain: &finding.Chain{Paths: [][]string{nil}},
			}},
		}, {}},
	}
	want := `{
  "schema": "mongotls.report/v1",
  "tool": {
    "name": "mongotls",
    "version": "1.2.3"
  },
  "startedAt": "2026-11-22T10:00:00Z",
  "durationMs": 0,
  "policy": {
    "at": "2026-12-31T23:00:00Z"
  },
  "verdict": "fail",
  "targets": [
    {
      "input": "mongodb://a/?tls=true&tlsInsecure=true",
      "warnings": [],
      "options": {
        "tls": false
      },
      "srv": {
        "name": "x",
        "hosts": [],
        "ms": 0
      },
      "verdict": "",
      "findings": [
        {
          "id": "cert-expired",
          "severity": "",
          "title": "",
          "detail": "",
          "why": "",
          "evidence": {
            "at": "2026-11-22T10:00:00Z",
            "names": []
          },
          "fix": [],
          "confidence": ""
        }
      ],
      "endpoints": [
        {
          "host": "a",
          "port": 0,
          "source": "",
          "serverName": "",
          "addresses": [],
          "protocols": [
            {
              "version": "TLS1.0",
              "supported": null,
              "reason": "\u009b31m \u202e\udb40\udc41"
            }
          ],
          "certificates": [
            {
              "subject": "",
              "issuer": "",
              "serial": "",
              "notBefore": "0000-01-01T00:00:00Z",
              "notAfter": "9999-12-31T23:59:59Z",
              "dnsNames": [],
              "ipAddresses": [],
              "keyType": "",
              "signatureAlgorithm": "",
              "sha256": "",
              "pem": ""
            }
          ],
          "trust": {
            "store": "",
            "storeSize": null,
            "anchors": [
              {
                "stores": [],
                "subject": "",
                "notBefore": "0001-01-01T00:00:00Z",
                "notAfter": "0001-01-01T00:00:00Z",
                "keyType": "",
                "sha256": "",
                "pem": ""
              }
            ]
          },
          "clientAuth": {
            "requested": false,
            "required": null,
            "acceptableCAs": [],
            "presented": ""
          },
          "chain": {
            "trusted": false,
            "paths": [
              []
            ],
            "trustedBy": [],
            "opensslError": {
              "code": 0,
              "depth": 0,
              "text": ""
            }
          },
          "verdict": "",
          "findings": [],
          "drivers": []
        }
      ]
    },
    {
      "input": "",
      "warnings": [],
      "options": {
        "tls": false
      },
      "verdict": "",
      "findings": [],
      "endpoints": []
    }
  ]
}
`
	if diff := cmp.Diff(want, encoded(t, r)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// TestEveryListIsAList does not trust the sample above to hold every type: it
// builds one of each that a report can hold, with nothing in it.
func TestEveryListIsAList(t *testing.T) {
	r := new(Report)
	fill(reflect.ValueOf(r).Elem())
	var document any
	if err := json.Unmarshal([]byte(encoded(t, r)), &document); err != nil {
		t.Fatal(err)
	}
	// These alone are three-valued: null stands for "not established".
	may := map[string]bool{"supported": true, "storeSize": true, "required": true, "mongodb": true, "connects": true,
		"secureRenegotiation": true, "extendedMasterSecret": true, "sessionTickets": true, "compression": true}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case nil:
			if !may[path[strings.LastIndex(path, ".")+1:]] {
				t.Errorf("%s is null", path)
			}
		case map[string]any:
			for key, value := range v {
				walk(path+"."+key, value)
			}
		case []any:
			for _, value := range v {
				walk(path+"[]", value)
			}
		}
	}
	walk("report", document)
}

// fill puts one element into every list of structs and something behind every
// pointer to one, and leaves all else at its zero value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0))
		}
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem())
		}
	}
}

func TestEncodingLeavesTheReportAlone(t *testing.T) {
	for _, s := range samples {
		r := s.report()
		r.StartedAt = r.StartedAt.In(time.FixedZone("", 3600))
		before := r.Targets[0].Warnings
		encoded(t, r)
		want := s.report()
		want.StartedAt = want.StartedAt.In(time.FixedZone("", 3600))
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("%s after encoding (-want +got):\n%s", s.name, diff)
		}
		if before == nil && r.Targets[0].Warnings != nil {
			t.Errorf("%s: a nil list became %v", s.name, r.Targets[0].Warnings)
		}
		if name, offset := r.StartedAt.Zone(); offset != 3600 {
			t.Errorf("%s: the time moved to zone %q", s.name, name)
		}
	}
}

func TestEncodeJSONTellsOfANumberThatIsNone(t *testing.T) {
	err := EncodeJSON(new(bytes.Buffer), &Report{DurationMs: math.NaN()})
	if err == nil || !strings.HasPrefix(err.Error(), "encoding JSON: ") {
		t.Errorf("error %v", err)
	}
}

func TestEncodedJSONIsFitForATerminal(t *testing.T) {
	for _, s := range samples {
		for line := range strings.Lines(encoded(t, s.report())) {
			if line = strings.TrimSuffix(line, "\n"); line != Clean(line) {
				t.Errorf("%s: %q", s.name, line)
			}
		}
	}
}

func TestEncodeError(t *testing.T) {
	var b bytes.Buffer
	err := EncodeError(&b, ErrorDetail{ID: "option-conflict", Message: "tlsInsecure & tlsAllowInvalidHostnames", Hint: "leave one out"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "schema": "mongotls.error/v1",
  "error": {
    "id": "option-conflict",
    "message": "tlsInsecure & tlsAllowInvalidHostnames",
    "hint": "leave one out"
  }
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
