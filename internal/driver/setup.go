package driver

import (
	"slices"
	"strings"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/symptom"
)

// takeOptions: the driver may refuse the connection string.
func takeOptions(c *connection) *outcome {
	for _, u := range c.facts.Target.Unsupported {
		if !c.rejects(u) {
			continue
		}
		event := symptom.OptionUnknown
		if u.Value {
			event = symptom.OptionValue
		} else if u.Option == "tlsCertificateKeyFilePassword" {
			event = symptom.OptionNotBuiltIn
		}
		return c.with("option", option(u.Option)).stop(symptom.StageSetup, event)
	}
	if slices.Contains(c.facts.Target.TLSOffRefused, c.Name) {
		return c.stop(symptom.StageSetup, symptom.TLSOff)
	}
	if c.NoCRLFile && c.facts.Target.Options.TLSCRLFile != "" {
		return c.stop(symptom.StageSetup, symptom.CRLNotWithOCSP)
	}
	return nil
}

// fileEvents are what befalls a driver that reads a file with a problem.
var fileEvents = map[string]symptom.Event{
	"ca-file-invalid":         symptom.CAFileInvalid,
	"crl-file-invalid":        symptom.CRLFileInvalid,
	"key-file-no-certificate": symptom.NoCertificate,
	"key-file-no-key":         symptom.NoKey,
	"key-mismatch":            symptom.KeyMismatch,
	"key-password-required":   symptom.PasswordMissing,
	"key-password-wrong":      symptom.PasswordWrong,
	"key-format":              symptom.KeyFormat,
}

// missingEvents are those of a file that is not there, by its option.
var missingEvents = map[string]symptom.Event{
	"tlsCAFile":             symptom.CAFileMissing,
	"tlsCertificateKeyFile": symptom.KeyFileMissing,
	"tlsCRLFile":            symptom.CRLFileMissing,
}

// readFiles: what is wrong with a local file stops a driver before it dials.
func readFiles(c *connection) *outcome {
	if !c.usesTLS() {
		return nil
	}
	for _, f := range c.facts.Target.Files {
		if !c.takes(f.Option) {
			continue
		}
		if f.Problem == "" && !c.OwnFiles && c.limited(f) {
			return c.cannotRead(f)
		}
		if f.Problem == "" || c.doesWithout(f) {
			continue
		}
		if reason := c.readsOtherwise(f); reason != "" {
			return c.unsure(reason)
		}
		ids := []string{f.Problem}
		if c.OwnFiles {
			return c.mute("it takes certificates in a way of its own, which needs the file too", ids)
		}
		c := c.with("file", f.Path)
		event, ok := fileEvents[f.Problem]
		if f.Problem == "ca-file-invalid" && f.Certificates > 0 {
			event = symptom.CAFileDamaged
		}
		if f.Problem == "file-unreadable" && strings.Contains(f.Detail, "no such file") {
			event, ok = missingEvents[f.Option]
		}
		if !ok {
			return c.mute(wordsUnknown, ids)
		}
		o := c.stop(symptom.StageSetup, event)
		o.ids = ids
		return o
	}
	return nil
}

// doesWithout reports whether a driver goes on in spite of a file's fault.
func (c *connection) doesWithout(f fact.File) bool {
	switch {
	case f.Option == "tlsCAFile" && f.Inside != nil && (c.OwnFiles || c.FirstCA):
		return true
	case f.Option == "tlsCRLFile":
		return c.CRLFile == NoCRL || f.Tolerated && c.DERList
	case f.Option == "tlsCAFile" && f.Problem == "ca-file-invalid":
		return c.BadCAFile == TrustNobody || c.BadCAFile == UseTheRest && f.Certificates > 0
	}
	return false
}

// readsOtherwise is why a file that others refuse tells nothing of the driver;
// empty if it does.
func (c *connection) readsOtherwise(f fact.File) string {
	if c.OwnFiles && f.KeyOfLater {
		return "its key store is made with the certificate that the key belongs to, which was not sent here"
	}
	return ""
}

// limited reports whether the driver does not read something in a file that others
// read.
func (c *connection) limited(f fact.File) bool {
	return slices.ContainsFunc(f.Limits, func(l fact.FileLimit) bool { return !l.OwnWay && slices.Contains(l.Drivers, c.Name) })
}

// cannotRead is a file that others read.
func (c *connection) cannotRead(f fact.File) *outcome {
	ids := []string{"key-format-driver", "option-unsupported"}
	if f.Option != "tlsCAFile" {
		return c.mute(wordsUnknown, ids)
	}
	if f.Certificates > 1 {
		return c.unsure("it does not read every certificate of the CA file")
	}
	o := c.with("file", f.Path).stop(symptom.StageSetup, symptom.CAFileInvalid)
	o.ids = ids
	return o
}

// usesTLS reports whether the driver uses TLS with the target's options.
func (c *connection) usesTLS() bool {
	t := c.facts.Target
	if t.Options.TLSFrom == "implied" || t.Options.TLSFrom == "flag" {
		return slices.Contains(t.TLSImplied, c.Name)
	}
	return t.Options.TLS || slices.Contains(t.TLSImplied, c.Name)
}
