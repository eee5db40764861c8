package revocation

import (
	"context"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/mongotls/mongotls/internal/certificate"
)

const oidCertificateIssuer = "\x55\x1d\x1d"

// search is the entries that are looked for in a CRL. Its zero value, like nil,
// looks for none.
type search struct {
	bySerial map[string][]*wanted
}

// wanted is one certificate looked for, and what was found.
type wanted struct {
	issuer string // canonical
	found  *entry
}

// entry is a revoked certificate's entry (RFC 5280 section 5.3).
type entry struct {
	revokedAt time.Time
	reason    int
}

// add looks for a certificate.
func (s *search) add(c *certificate.Certificate) *wanted {
	if s.bySerial == nil {
		s.bySerial = make(map[string][]*wanted)
	}
	w := &wanted{issuer: c.CanonicalIssuer()}
	key := serialKey(c.Serial)
	s.bySerial[key] = append(s.bySerial[key], w)
	return w
}

// entryReader reads revokedCertificates.
type entryReader struct {
	want *search
	// issuer is whose certificates the entries are of: the CRL's issuer, until an
	// entry's certificateIssuer names another, for it and those after it
	// (section 5.3.3).
	issuer   string
	count    int
	critical string // the first critical extension that is not understood
}

// readAll reads entries to the end of the surrounding element.
func (e *entryReader) readAll(ctx context.Context, d *derStream) error {
	for d.pos < d.end {
		if e.count%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		b, err := d.element(cbasn1.SEQUENCE, "an entry of the CRL")
		if err != nil {
			return err
		}
		if !e.read(b) {
			return malformed("an entry of the CRL")
		}
		e.count++
	}
	return nil
}

// read reads one entry. There may be millions, so nothing is allocated unless
// the entry is one that is wanted.
func (e *entryReader) read(der cryptobyte.String) bool {
	var body, serial, when, extensions cryptobyte.String
	var tag cbasn1.Tag
	if !der.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1(&serial, cbasn1.INTEGER) || len(serial) == 0 ||
		!body.ReadAnyASN1(&when, &tag) || tag != cbasn1.UTCTime && tag != cbasn1.GeneralizedTime {
		return false
	}
	found := entry{reason: reasonNone}
	if !body.Empty() {
		if !body.ReadASN1(&extensions, cbasn1.SEQUENCE) || !body.Empty() || !e.readExtensions(extensions, &found) {
			return false
		}
	}
	if e.want == nil {
		return true
	}
	for _, w := range e.want.bySerial[string(minimal(serial))] {
		// removeFromCRL is for delta CRLs; in a complete one it says that the
		// certificate is not revoked, as OpenSSL reads it too.
		if w.found != nil || w.issuer != e.issuer || found.reason == reasonRemove {
			continue
		}
		var ok bool
		if found.revokedAt, ok = parseTime(tag, when); !ok {
			return false
		}
		one := found
		w.found = &one
	}
	return true
}

// readExtensions reads crlEntryExtensions. invalidityDate is passed over: when a
// key was compromised changes nothing about the status.
func (e *entryReader) readExtensions(s cryptobyte.String, found *entry) bool {
	for !s.Empty() {
		var body, oid, value cryptobyte.String
		critical := false
		if !s.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) ||
			body.PeekASN1Tag(cbasn1.BOOLEAN) && !body.ReadASN1Boolean(&critical) ||
			!body.ReadASN1(&value, cbasn1.OCTET_STRING) || !body.Empty() {
			return false
		}
		// As OpenSSL sees it, no other extension of RFC 5280 is ever critical.
		if critical && string(oid) != oidCertificateIssuer && e.critical == "" {
			e.critical = dotted(string(oid))
		}
		switch string(oid) {
		case oidReasonCode:
			if !value.ReadASN1Enum(&found.reason) || found.reason < 0 || !value.Empty() {
				return false
			}
		case oidCertificateIssuer:
			var names cryptobyte.String
			if !value.ReadASN1(&names, cbasn1.SEQUENCE) || !value.Empty() {
				return false
			}
			list, ok := generalNames(names)
			if !ok {
				return false
			}
			if e.issuer, ok = firstDirectoryName(list); !ok {
				return false
			}
		}
	}
	return true
}

// readStreamTime reads a time of the CRL's head.
func readStreamTime(d *derStream, what string) (*time.Time, error) {
	tag, err := d.tag()
	if err != nil {
		return nil, err
	}
	b, err := d.element(cbasn1.Tag(tag), what)
	if err != nil {
		return nil, err
	}
	s := cryptobyte.String(b)
	t, ok := readTime(&s)
	if !ok {
		return nil, badTime(what)
	}
	return &t, nil
}
