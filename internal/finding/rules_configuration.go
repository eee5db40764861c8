package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/verify"
)

// unreadableConsequences are what follows from a file that cannot be read, by
// the option that names it.
var unreadableConsequences = map[string][]ID{
	"tlsCAFile":             withoutAuthorities,
	"tlsCertificateKeyFile": {"client-cert-required"},
}

// judgeFiles: the local files that the options name.
func judgeFiles(j *judge) {
	for _, f := range j.target.Files {
		if f.Problem == "" {
			continue
		}
		values := map[string]string{"file": f.Path}
		if f.Hint != "" {
			values["filehint"] = f.Hint
		}
		id := known(f.Problem, "file-unreadable")
		if id == "file-unreadable" {
			j.setSilences(id, unreadableConsequences[f.Option]...)
		}
		severity := Fail
		if f.Tolerated {
			severity = Warn
		}
		j.addWith(values, id, severity, Certain, fmt.Sprintf("%s=%s: %s.", f.Option, f.Path, f.Detail), map[string]any{
			"option": f.Option, "path": f.Path,
		})
	}
}

// judgeOptions: options that weaken verification, and those that some drivers do
// not take.
func judgeOptions(j *judge) {
	o := j.target.Options
	var insecure []string
	for _, option := range []struct {
		set  bool
		name string
	}{
		{o.TLSInsecure, "tlsInsecure"},
		{o.TLSAllowInvalidCertificates, "tlsAllowInvalidCertificates"},
		{o.TLSAllowInvalidHostnames, "tlsAllowInvalidHostnames"},
	} {
		if option.set {
			insecure = append(insecure, option.name)
		}
	}
	if len(insecure) > 0 && o.TLS {
		names := strings.Join(insecure, ", ")
		j.addWith(map[string]string{"options": names}, "insecure-option", Warn, Certain,
			fmt.Sprintf("Given: %s. The verdict is that of a driver that does not look.", names), map[string]any{"options": insecure})
	}
	for _, u := range j.target.Unsupported {
		var parts []string
		if len(u.Ignored) > 0 {
			parts = append(parts, "ignored by "+strings.Join(u.Ignored, ", "))
		}
		if len(u.Rejected) > 0 {
			parts = append(parts, "refused by "+strings.Join(u.Rejected, ", "))
		}
		var detail string
		if len(parts) > 0 {
			detail = fmt.Sprintf("%s is %s. ", u.Option, strings.Join(parts, " and "))
		}
		switch {
		case u.Note != "" && detail != "":
			detail += "Beside that: " + u.Note + "."
		case u.Note != "":
			detail = strings.ToUpper(u.Note[:1]) + u.Note[1:] + "."
		case detail == "":
			detail = "Some drivers do not take it."
		}
		if u.Value {
			detail = fmt.Sprintf("The value of %s is refused by %s, and ignored with the option by the others.", u.Option, strings.Join(u.Rejected, ", "))
		}
		detail = strings.TrimSpace(detail)
		f := j.add("option-unsupported", Info, Certain, detail, map[string]any{
			"option": u.Option, "ignored": u.Ignored, "rejected": u.Rejected,
		})
		f.Title = fmt.Sprintf("%s is not taken by every driver", u.Option)
	}
}

// judgeTrustStore: is there a store to trust by, where no CA file is named.
func judgeTrustStore(j *judge) {
	trust := j.endpoint.Trust
	if trust == nil || trust.Store != verify.StoreSystem || trust.StoreSize == nil || *trust.StoreSize > 0 {
		return
	}
	detail := "The system's trust store holds no certificate."
	if trust.StoreError != "" {
		detail = fmt.Sprintf("The system's trust store cannot be read: %s.", trust.StoreError)
	}
	f := j.add("trust-store-missing", Fail, Certain, detail, map[string]any{
		"path": trust.StorePath, "trustedByMozilla": j.trustedBy(verify.StoreMozilla),
	})
	if j.trustedBy(verify.StoreMozilla) {
		f.Detail += " By the roots of Mozilla, which most systems ship, this server would be trusted."
		j.setSilences(f.ID, withoutAuthorities...)
	}
	if j.switchedOff(j.target.Options.SkipsChain()) {
		j.weaken(f)
	}
}

// trustedBy reports whether a store would trust the presented chain.
func (j *judge) trustedBy(store string) bool {
	return j.chain != nil && slices.Contains(j.chain.TrustedBy, store)
}
